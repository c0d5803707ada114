import type { Account, Calendar } from '../../src/model/account.js';

export const account: Account = {
  id: '0b98ef2c-f739-45f1-81e3-b2def2bb868f',
  name: 'Your Account',
  code: 'your-account',
};

export const calendar: Calendar = {
  id: '4a2d4acb-bd05-e511-af43-067f1c947754',
  title: 'My Sports Calendar',
  code: 'my-sports-calendar',
  tags: [
    { id: '6513319e-d3e1-4497-89ee-b5dcee9a58bc', name: 'Hawks', externalId: 'hawks' },
    { id: 'b0b3b6b2-6e4c-4f1c-8b9f-2a6d1c9f0e11', name: 'Rovers', externalId: 'rovers' },
  ],
};
