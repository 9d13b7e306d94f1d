#compdef rootscope
# SPDX-License-Identifier: Apache-2.0
# Completion of rootscope(1) for zsh. It reads `rootscope help`: a new command or option needs
# nothing here.

# Sets `action`: how to complete what an argument of a help text stands for.
_rootscope_action() {
    case $1 in
    *.list*) action='_files -g "*.list(-.)"' ;;
    *.rsl*) action='_files -g "*.rsl(-.)"' ;;
    *.pem*|*CERT*) action='_files -g "*.(pem|crt|cer|der|p7b)(-.)"' ;;
    *FILE*|*STORE*|*OLD*) action=_files ;;
    *DIR*) action='_files -/' ;;
    *\ *) action=' ' ;;
    *\|*) action="(${1//|/ })" ;;
    *) action=' ' ;;
    esac
}

_rootscope() {
    emulate -L zsh
    setopt extended_glob
    local program=$words[1] command=$words[2] line action arguments others text part
    local -a commands specs
    local -aU literal
    if (( CURRENT == 2 )) || [[ $command == help ]]; then
        commands=(${(f)"$($program help 2>/dev/null | sed -n 's/^  \([a-z-]*\)  *\(.*\)/\1:\2/p')"})
        _describe command commands
        return
    fi
    text=$($program help $command 2>/dev/null)
    for line in ${(f)text//$'\n' (#c10,)/ }; do
        if [[ $line =~ '^(Usage:|      ) rootscope [a-z-]+(.*)' ]]; then
            line=$match[2]
            arguments+=$line
            if [[ $line =~ '^( \[[^]]*\])* ([a-z][a-z0-9|-]*) ' ]]; then
                literal+=(${(s:|:)match[2]})
            else
                others+=$line
            fi
        elif [[ $line =~ '^  (-.,|   ) --([A-Za-z-]+)( [^ ]+)?  +(.*)' ]]; then
            text=${match[4]//(#m)[\]\[:\\]/\\$MATCH}
            line="--$match[2]" part=""
            if [[ -n $match[3] ]]; then
                _rootscope_action ${match[3]# }
                part=":${match[3]# }:$action"
                line+='='
            fi
            specs+=("${line}[$text]$part")
            [[ $match[1] == -* ]] && specs+=("${match[1]%,}[$text]$part")
        fi
    done
    if (( $#literal )); then
        _rootscope_action "$others"
        if [[ $action == ' ' ]]; then
            specs+=("1:word:($literal)")
        else
            # A space before it: zsh adds no options of its own.
            specs+=("1:word: _alternative 'words\:word\:($literal)' 'arguments\:argument\:$action'")
        fi
    fi
    _rootscope_action "$arguments"
    specs+=("*:argument:$action")
    shift words
    (( CURRENT-- ))
    _arguments $specs
}

_rootscope "$@"
