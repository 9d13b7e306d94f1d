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
    *FILE* | *STORE* | *OLD*) _rootscope_files '*' "$2" ;;
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

# Completes with the words of a list, and with what an argument stands for.
_rootscope_words_or_argument() { # WORDS ARGUMENT CURRENT
    local words
    _rootscope_words "$1" "$3"
    words=("${COMPREPLY[@]}")
    COMPREPLY=()
    _rootscope_argument "$2" "$3"
    COMPREPLY=("${words[@]}" "${COMPREPLY[@]}")
}

_rootscope() {
    local program=$1 current=$2 previous=$3 command=${COMP_WORDS[1]}
    local row='^  (-.,|   ) --([A-Za-z-]+)( ([^ ]+))?  '
    local usage='^(Usage:|      ) rootscope [a-z-]+(.*)'
    local word='^( \[[^]]*\])* ([a-z][a-z0-9|-]*) ' line options="" arguments="" words=""
    local others=""
    COMPREPLY=()
    if ((COMP_CWORD == 1)) || [[ $command == help ]]; then
        line=$("$program" help 2>/dev/null | sed -n 's/^  \([a-z-]*\) .*/\1/p')
        _rootscope_words "$line" "$current"
        return
    fi
    while IFS= read -r line; do
        if [[ $line =~ $usage ]]; then
            line=${BASH_REMATCH[2]}
            arguments+=$line
            if [[ $line =~ $word ]]; then
                words+=${words:+|}${BASH_REMATCH[2]}
            else
                others+=$line
            fi
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
    elif [[ -n $words ]] && ! _rootscope_has "$words"; then
        _rootscope_words_or_argument "$words" "$others" "$current"
    else
        _rootscope_argument "$arguments" "$current"
    fi
}
complete -F _rootscope rootscope
