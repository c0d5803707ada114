// Texts of commands name two values, as in `<%= config.bin %> <%= command.id %>`. EJS, which oclif fills them in by, makes
// a program of every text and runs it.
export default {
  render: (text, values) =>
    text.replace(/<%[-=]? *(.*?) *%>/g, (_, path) => {
      const value = path.split('.').reduce((holder, name) => holder?.[name], values);
      if (typeof value !== 'string') throw new Error(`<%= ${path} %> is not a text that can be filled in.`);
      return value;
    }),
};
