# SPDX-License-Identifier: ISC
# Completion of contact-add for fish.

# The fields of the kind on the command line that an operand may set.
function __contact_add_fields
    set -l kind contact
    set -l words (commandline -opc)
    for i in (seq (count $words))
        switch $words[$i]
            case -k --kind
                set -q words[(math $i + 1)]; and set kind $words[(math $i + 1)]
        end
    end
    contact-find --fields -k $kind -o tsv -H 2>/dev/null |
        awk -F '\t' '$3 !~ /derived|system|rules/ && $1 !~ /\.NAME$/ { print $1 }'
end

# Fields, behind those that stand there with the separator.
function __contact_add_list
    set -l before (string match -r "^.*[$argv[1]]" -- (commandline -ct))
    __contact_add_fields | string replace -r '^' -- "$before"
end

complete -c contact-add -s s -l store -x -a '(__fish_complete_directories)' -d 'the store'
complete -c contact-add -s k -l kind -x -a 'contact organization job placement event participation note user role employee workspace campaign invitation suppression picklist attribute query status_event' -d 'kind of record'
complete -c contact-add -s o -l output -x -a 'csv tsv json table excel' -d 'how results are printed'
complete -c contact-add -s q -l quiet -d 'errors only, no summary'
complete -c contact-add -s v -l verbose -d 'say how the input was understood'
complete -c contact-add -s h -l help -d 'print help'
complete -c contact-add -s V -l version -d 'print the version'
complete -c contact-add -s n -l dry-run -d 'store nothing, print the results'
complete -c contact-add -l results -r -F -d 'write what became of each row'
complete -c contact-add -l errors -r -F -d 'write the rows in error'
complete -c contact-add -l diff -r -F -d 'write each change'
complete -c contact-add -l link -x -a 'event: job: employee: user:' -d 'link contacts to a record'
complete -c contact-add -l create-user -d 'make users of contacts'
complete -c contact-add -l link-contacts -d 'link each employee to a contact'
complete -c contact-add -l source -x -d 'source of new contacts that bring none'
complete -c contact-add -l set -x -a '(__contact_add_fields)=' -d 'set a field in every row'
complete -c contact-add -s i -l input -x -a 'auto csv tsv json mail vcard' -d 'input format'
complete -c contact-add -l map -r -F -a 'auto generic salesforce prismhr hubspot google outlook linkedin bullhorn handshake' -d 'what the columns mean'
complete -c contact-add -l encoding -x -a 'UTF-8 UTF-16 windows-1252 ISO-8859-1 ISO-8859-15' -d 'encoding of the input'
complete -c contact-add -l header -x -a '(__contact_add_list ,)' -d 'names of the columns'
complete -c contact-add -l dates -x -a 'dmy mdy' -d 'order of dates'
complete -c contact-add -l blank -x -a 'leave clear' -d 'what empty cells do'
complete -c contact-add -l mode -x -a 'upsert create update fill' -d 'create, update, or both'
complete -c contact-add -l key -x -a 'id (__contact_add_list +)' -d 'match rows by these'
complete -c contact-add -l repeated -x -a 'error last' -d 'a record twice in one file'
complete -c contact-add -l archived -x -a 'skip update revive new' -d 'a row that meets an archived contact'
complete -c contact-add -l shared-email -d 'people may share an address'
complete -c contact-add -l known-organizations -d 'an unknown organization is an error'
complete -c contact-add -l color -x -a 'auto always never' -d 'when to colour'
complete -c contact-add -l as -x -a '(__fish_complete_users)' -d 'act as this user'
complete -c contact-add -l wait -x -d 'seconds to wait for another writer'
complete -c contact-add -l store-sensitive -d 'keep sensitive columns'
complete -c contact-add -l no-sync -d 'do not take over the assigned_to of the organization'
complete -c contact-add -l allow-optin -d 'let rows clear consent flags'
complete -c contact-add -l max-errors -x -d 'store nothing when more rows are in error'
complete -c contact-add -l atomic -d 'store nothing when any row is in error'
complete -c contact-add -a '(__contact_add_fields)=' -d field
