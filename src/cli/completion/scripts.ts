import type { Shell } from './shells.js';

/*
 * What is written into a shell's configuration. The scripts know nothing about commands: at every Tab they ask the
 * program that is being typed (see answer.ts), so they stay right when it is updated.
 */

const BASH = `# Completion of calreply for bash 3.2 and newer.
_calreply() {
  local answer kind line
  COMPREPLY=()
  answer=$("$1" __complete bash "$COMP_WORDBREAKS" -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return 0
  kind=\${answer%%$'\\n'*}
  case $kind in
    files | folders)
      local flag=-f
      [ "$kind" = folders ] && flag=-d
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$flag" -- "$2")
      ;;
    values)
      [ "$answer" = "$kind" ] && return 0
      while IFS= read -r line; do COMPREPLY+=("$line"); done <<<"\${answer#*$'\\n'}"
      ;;
  esac
  return 0
}
complete -o nosort -F _calreply calreply 2>/dev/null || complete -F _calreply calreply
`;

const ZSH = `#compdef calreply
# Completion of calreply for zsh.
_calreply() {
  local answer line value
  local -a lines values shown
  answer=$(\${words[1]} __complete zsh '' -- "\${(@)words[2,CURRENT]}" 2>/dev/null) || return 1
  lines=("\${(@f)answer}")
  case $lines[1] in
    files) compset -P '*='; _files ;;
    folders) compset -P '*='; _files -/ ;;
    values)
      for line in "\${(@)lines[2,-1]}"; do
        value=\${line%%$'\\t'*}
        line=\${line#*$'\\t'}
        # A colon ends the value for _describe.
        values+=("\${value//:/\\\\:}:$line")
      done
      (( $#values )) && _describe -V calreply values
      ;;
  esac
}
if [ "$funcstack[1]" = _calreply ]; then _calreply "$@"; else compdef _calreply calreply; fi
`;

const FISH = `# Completion of calreply for fish 3.0 and newer.
function __calreply_complete
  set -l typed (commandline -opc)
  set -l current (commandline -ct)
  set -l answer ($typed[1] __complete fish '' -- $typed[2..-1] "$current" 2>/dev/null)
  switch "$answer[1]"
    case files folders
      set -l flag (string match -r '^--[^=]*=' -- $current)
      for path in (complete -C "'' "(string replace -r '^--[^=]*=' '' -- $current))
        if test $answer[1] = files; or string match -q '*/' -- $path
          echo "$flag$path"
        end
      end
    case values
      string join \\n -- $answer[2..-1]
  end
end
complete -c calreply -f -k -a '(__calreply_complete)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** How a script gets into its shell: lines to paste. */
export const INSTALLATIONS: Readonly<Record<Shell, string>> = {
  bash: `echo 'eval "$(calreply autocomplete bash)"' >> ~/.bashrc`,
  zsh: `echo 'eval "$(calreply autocomplete zsh)"' >> ~/.zshrc`,
  fish: 'calreply autocomplete fish > ~/.config/fish/completions/calreply.fish',
};
