# SPDX-License-Identifier: Apache-2.0
# Completion of rootscope(1) for bash.

# The options of a command and those of its options that take a file.
_rootscope_options() {
    case $1 in
    add) echo "--label --exclude --mode --file --no-compile --output --shipped --local --quiet --help" ;;
    check) echo "--list --CAfile --CApath --hostname --time --json --help" ;;
    compile) echo "--output --check --quiet --shipped --local --help" ;;
    export) echo "--help" ;;
    import) echo "--from-certificate --label --help" ;;
    report) echo "--all --diff --file --follow --html --json --local --min-checks --root --shipped --since --statsd --statsd-tags --until --help" ;;
    set-mode) echo "--all --until --file --no-compile --output --shipped --local --quiet --help" ;;
    show) echo "--json --root --help" ;;
    status) echo "--config --CAfile --shipped --local --processes --json --quiet --timeout --help" ;;
    esac
}

# The files that a command's arguments name, as an ending for `compgen -f -X`.
_rootscope_files() {
    case $1 in
    add | check) echo '!*.@(pem|crt|cer)' ;;
    compile) echo '!*.list' ;;
    export | show) echo '!*.rsl' ;;
    report | status) echo '!*' ;;
    esac
}

_rootscope() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local commands="add check compile export import report set-mode show status help" command=${COMP_WORDS[1]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$current")
        return
    fi
    case $previous in
    --mode | -m)
        mapfile -t COMPREPLY < <(compgen -W "enforce test" -- "$current")
        return
        ;;
    --shipped | --local | --CApath)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
    --output | -o | --config | --list | --CAfile | --from-certificate | -c)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    --timeout | --label | -l | --exclude | -x | --file | -f | --root | -r | --hostname | -n | --time | -t | \
        --since | -s | --until | -u | --min-checks)
        return
        ;;
    esac
    if [[ $command == set-mode && $current != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "enforce test off" -- "$current")
    elif [[ $command == help ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_rootscope_options "$command")" -- "$current")
    else
        compopt -o filenames
        local extglob
        extglob=$(shopt -p extglob)
        shopt -s extglob
        mapfile -t COMPREPLY < <(
            compgen -f -X "$(_rootscope_files "$command")" -- "$current"
            compgen -d -- "$current"
        )
        $extglob
    fi
}
complete -F _rootscope rootscope
