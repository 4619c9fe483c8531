# SPDX-License-Identifier: ISC
# Completion of contact-archive for fish.

function __contact_archive_fields
    set -l kind contact
    set -l words (commandline -opc)
    for i in (seq 2 (count $words))
        contains -- $words[$i] -k --kind; and set kind $words[(math $i + 1)]
    end
    contact-find --fields -k $kind -o tsv -H 2>/dev/null | cut -f 1 |
        string match -v -r '^(ext|attr)\.NAME$'
end

complete -c contact-archive -f
complete -c contact-archive -s s -l store -x -a '(__fish_complete_directories)' -d 'the store'
complete -c contact-archive -s k -l kind -x -a 'contact organization job placement event participation note user role employee workspace campaign invitation suppression picklist attribute query status_event erasure' -d 'kind of record'
complete -c contact-archive -s o -l output -x -a 'csv tsv json table excel' -d 'how results are printed'
complete -c contact-archive -s q -l quiet -d 'errors only, no summary'
complete -c contact-archive -s v -l verbose -d 'say how rows were understood'
complete -c contact-archive -s h -l help -d 'print help'
complete -c contact-archive -s V -l version -d 'print the version'
complete -c contact-archive -s n -l dry-run -d 'store nothing, print the results'
complete -c contact-archive -l results -r -F -d 'write what became of each record'
complete -c contact-archive -l errors -r -F -d 'write the rows in error'
complete -c contact-archive -l diff -r -F -d 'write each change of a field'
complete -c contact-archive -l inactive -d 'move contacts to the organization Inactive'
complete -c contact-archive -l attribute -x -a 'do_not_email do_not_call attr.' -d 'set a flag of contacts'
complete -c contact-archive -l reject -d 'take contacts out of the directory'
complete -c contact-archive -l approve -d 'take rejected and pending contacts in'
complete -c contact-archive -l revive -d 'give back what was changed'
complete -c contact-archive -l delete -d 'delete the selection'
complete -c contact-archive -l erase -d 'erase the selection for good'
complete -c contact-archive -l missing-from -r -F -d 'select what a full export no longer has'
complete -c contact-archive -l key -x -a 'id ext. (__contact_archive_fields)' -d 'field that the export is compared by'
complete -c contact-archive -l map -r -a 'auto generic salesforce prismhr hubspot google outlook linkedin bullhorn handshake' -d 'map of the export'
complete -c contact-archive -l encoding -x -d 'encoding of the export'
complete -c contact-archive -l max-errors -x -d 'rows in error that are taken'
complete -c contact-archive -l disable -d 'take the access of users away'
complete -c contact-archive -l enable -d 'give users their access back'
complete -c contact-archive -l all -d 'select every record of the kind'
complete -c contact-archive -s i -l input -x -a 'auto csv tsv json' -d 'input format'
complete -c contact-archive -l color -x -a 'auto always never' -d 'when to colour'
complete -c contact-archive -l as -x -a '(__fish_complete_users)' -d 'act as this user'
complete -c contact-archive -l wait -x -d 'seconds to wait for another writer'
complete -c contact-archive -l force -d 'delete or erase what others refer to'
complete -c contact-archive -l max -x -d 'take at most so many out of use, or N%'
complete -c contact-archive -l yes -d 'do it, however many they are'
complete -c contact-archive -a '(__contact_archive_fields)=' -d field
