# SPDX-License-Identifier: Apache-2.0
# Completion of rootscope(1) for bash. It reads `rootscope help`: a new command or option needs
# nothing here.

# Completes with the words of a list, which `|` separates.
_rootscope_words() {
    mapfile -t COMPREPLY < <(compgen -W "${1//|/ }" -- "$2")
}

# Completes with folders, and with files that match a pattern.
_rootscope_files() {
    local extglob
    compopt -o filenames 2>/dev/null
    extglob=$(shopt -p extglob)
    shopt -s extglob
    mapfile -t COMPREPLY < <(
        compgen -f -X "!$1" -- "$2"
        compgen -d -- "$2"
    )
    $extglob
}

# Completes with what an argument of a help text stands for.
_rootscope_argument() {
    case $1 in
    *.list*) _rootscope_files '*.list' "$2" ;;
    *.rsl*) _rootscope_files '*.rsl' "$2" ;;
    *.pem* | *CERT*) _rootscope_files '*.@(pem|crt|cer|der|p7b)' "$2" ;;
    *FILE*) _rootscope_files '*' "$2" ;;
    *DIR*) _rootscope_files '' "$2" ;;
    *\ *) ;;
    *\|*) _rootscope_words "$1" "$2" ;;
    esac
}

# Whether the command line has one of these words already.
_rootscope_has() {
    local word
    for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
        [[ "|$1|" == *"|$word|"* ]] && return
    done
    return 1
}

_rootscope() {
    local program=$1 current=$2 previous=$3 command=${COMP_WORDS[1]}
    local row='^  (-.,|   ) --([A-Za-z-]+)( ([^ ]+))?  '
    local usage='^(Usage:|      ) rootscope [a-z-]+(.*)'
    local words='^( \[[^]]*\])* ([a-z|]+) ' line options="" arguments=""
    COMPREPLY=()
    if ((COMP_CWORD == 1)) || [[ $command == help ]]; then
        line=$("$program" help 2>/dev/null | sed -n 's/^  \([a-z-]*\) .*/\1/p')
        _rootscope_words "$line" "$current"
        return
    fi
    while IFS= read -r line; do
        if [[ $line =~ $usage ]]; then
            arguments+=${BASH_REMATCH[2]}
        elif [[ $line =~ $row ]]; then
            options+=" --${BASH_REMATCH[2]}"
            if [[ -n ${BASH_REMATCH[4]} && (--${BASH_REMATCH[2]} == "$previous" ||
                ${BASH_REMATCH[1]} == "$previous,") ]]; then
                _rootscope_argument "${BASH_REMATCH[4]}" "$current"
                return
            fi
        fi
    done < <("$program" help "$command" 2>/dev/null)
    if [[ $current == -* ]]; then
        _rootscope_words "$options" "$current"
    elif [[ $arguments =~ $words ]] && ! _rootscope_has "${BASH_REMATCH[2]}"; then
        _rootscope_words "${BASH_REMATCH[2]}" "$current"
    else
        _rootscope_argument "$arguments" "$current"
    fi
}
complete -F _rootscope rootscope
