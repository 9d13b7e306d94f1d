# SPDX-License-Identifier: Apache-2.0
# Puts what `rootscope help [NAME]` prints (the first file) into a manual page (the second one): the
# usage for the line `.\" SYNOPSIS`, the options for the line `.\" OPTIONS`, the commands for the
# line `.\" COMMANDS`.

function escaped(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    gsub(/"/, "\\(dq", text)
    return text
}

# Words that are typed as they are in bold, words that stand for others in italics.
function synopsis(text,    out, word) {
    while (match(text, /[A-Za-z0-9_.:-]*[A-Za-z0-9_-]/)) {
        word = substr(text, RSTART, RLENGTH)
        out = out escaped(substr(text, 1, RSTART - 1)) (word ~ /[A-Z]/ ? "\\fI" : "\\fB")
        out = out escaped(word) "\\fR"
        text = substr(text, RSTART + RLENGTH)
    }
    return out escaped(text)
}

# The help of an option as a sentence. Its argument is in italics, other options are in bold.
function sentence(text, argument,    count, words, i, word, out, tail) {
    count = split(text, words, " ")
    for (i = 1; i <= count; i++) {
        word = words[i]
        tail = ""
        if (match(word, /[,.:;)]+$/)) {
            tail = substr(word, RSTART)
            word = substr(word, 1, RSTART - 1)
        }
        if (i == 1 && tail !~ /^:/)
            word = toupper(substr(word, 1, 1)) substr(word, 2)
        if (word == argument)
            word = "\\fI" escaped(word) "\\fR"
        else if (word ~ /^--[a-zA-Z]/)
            word = "\\fB" escaped(word) "\\fR"
        else
            word = escaped(word)
        out = out (i > 1 ? " " : "") word tail
    }
    return out "."
}

function end_option() {
    if (name != "" && name != "--help")
        options = options ".TP\n\\fB" (letter == "" ? "" : escaped(letter) "\\fR, \\fB") \
            escaped(name) "\\fR" (argument == "" ? "" : " \\fI" escaped(argument) "\\fR") "\n" \
            sentence(text, argument) "\n"
    name = ""
}

NR == FNR && /^Usage: / {
    sub(/^Usage: /, "       ")
    in_usage = 1
}
NR == FNR && $0 == "" {
    in_usage = 0
    end_option()
    next
}
NR == FNR && in_usage {
    sub(/^ +/, "")
    usage = usage ($0 ~ /^rootscope / && usage != "" ? ".br\n" : "") synopsis($0) "\n"
    next
}
NR == FNR && /^  (-.,|   ) --[a-zA-Z]/ {
    end_option()
    letter = $1 ~ /,$/ ? substr($1, 1, 2) : ""
    $0 = substr($0, 7)
    gap = index($0, "  ")
    text = substr($0, gap + 2)
    name = $1
    argument = substr($0, length(name) + 2, gap - length(name) - 2)
    next
}
NR == FNR && /^Commands of / {
    sub(/:$/, "")
    commands = commands ".SS " escaped($0) "\n"
    next
}
NR == FNR && /^  [a-z][a-z-]* +[^ ]/ && $1 != "help" {
    command = $1
    $1 = ""
    commands = commands ".TP\n.BR rootscope\\-" escaped(command) " (1)\n" \
        sentence($0, "") "\n"
    next
}
NR == FNR {
    if (name != "")
        text = text " " $0
    next
}
/^\.\\" SYNOPSIS$/ { printf ".nh\n%s.hy\n", usage; next }
/^\.\\" OPTIONS$/ { printf "%s", options; next }
/^\.\\" COMMANDS$/ { printf "%s", commands; next }
{ print }
