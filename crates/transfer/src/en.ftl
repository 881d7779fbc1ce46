# What is wrong with a file
import-problem-empty-file = The file is empty.
import-problem-no-table = This is no table: it holds bytes that no text has. Save it as CSV or XLSX.
import-problem-encoding = There is no encoding called “{ $name }”.
import-problem-delimiter = The sign between cells must be one character that is neither a letter, a digit nor a quote.
import-problem-compressed = The compressed file is damaged.
import-problem-unpacked = The compressed file grows beyond { $max } GiB when it is unpacked.
import-problem-workbook = The workbook cannot be read. Save it again as XLSX, or as CSV.
import-problem-archive = The archive or workbook is damaged, or it is none. Pack or save it again.
import-problem-archive-entries = The archive or folder has more than { $max } files.
import-problem-archive-no-table = The archive has no table: put a CSV, TSV, XLSX or JSON Lines file beside the files.
import-problem-archive-tables = The archive has several tables. Say which one is meant: { $tables }.
import-problem-archive-unreadable = { $path } cannot be read: { $why }
import-problem-sheet = The workbook has no sheet called “{ $name }”.
import-problem-columns = The file has more than { $max } columns.
import-problem-too-large = The file is larger than { $max } MiB.
import-problem-disk-full = The disk is full.
import-problem-file-gone = The file is no longer there. Send it again.

import-problem-lines = No line of the file has a record as JSON, such as {"{"}"name": "Acme"{"}"}.
import-problem-lines-document = This is one document of JSON. Write one record a line, as an export to JSON Lines does.

# What is wrong with a row
import-problem-lines-broken = The line is no JSON, at character { $column }: { $why }.
import-problem-lines-object = The line has no record: write it as a JSON object.
import-problem-lines-twice = The line has “{ $name }” twice.
import-problem-lines-deep = The line has more than { $max } objects and lists within each other.
import-problem-lines-long = The line is longer than { $max } MiB.
import-problem-lines-late = The first lines of the file do not have “{ $name }”, and they say what columns there are. Put it on the first line, even empty.
import-problem-archive-absent = The archive has no file “{ $name }”.
import-problem-archive-several = The archive has several files “{ $name }”. Name its folder too, and keep to upper and lower case.
import-problem-archive-outside = “{ $name }” leads out of the archive.
import-problem-archive-locked = “{ $name }” is protected with a password. Pack it without one.
import-problem-archive-packing = “{ $name }” is packed in a way that is not read here. Pack it as a usual ZIP (deflate).
import-problem-archive-damaged = “{ $name }” is damaged in the archive. Pack it again.
import-problem-archive-empty = “{ $name }” is empty.
import-problem-archive-large = “{ $name }” is larger than { $max } MB.
import-problem-archive-total = With “{ $name }” the files of this import would be too much at once. Import these rows apart.
import-problem-ragged = The row has { $cells ->
        [one] one cell
       *[other] { $cells } cells
    } where the file has { $columns ->
        [one] one column
       *[other] { $columns } columns
    }.
import-problem-nul = The cell has a NUL byte.
import-problem-unclosed = The quote that opens here is never closed.
import-problem-quote = There is text behind the closing quote.
import-problem-cell-size = The cell is larger than { $max } MiB.
import-problem-sheet-error = The cell shows an error: { $text }.
import-problem-number = “{ $typed }” is not a number.
import-problem-date = “{ $typed }” is not a date in the format of the column.
import-problem-instant = “{ $typed }” is not a date and time in the format of the column.
import-problem-duration = “{ $typed }” is not a length of time. Write seconds, or hours and minutes as 1:30.
import-problem-boolean = “{ $typed }” is neither yes nor no.
import-problem-json = “{ $typed }” is not JSON.
import-problem-option = “{ $typed }” is not one of the options.
import-problem-option-like = “{ $typed }” is not one of the options. Did you mean “{ $like }”?
import-problem-absent = There is no { WITHIN($object) } called “{ $name }”.
import-problem-absent-among = None of these is called “{ $name }”: { $kinds }.
import-problem-ambiguous = More than one record is called “{ $name }” among these: { $kinds }. Say in a column of its own which kind is meant.
import-problem-several = There are several records of { $object } called “{ $name }”.
import-problem-key-empty = The row has nothing to find its record by.
import-problem-key-several = Several records fit this row.
import-problem-key-absent = No record fits this row.
import-problem-no-currency = “{ $typed }” names no currency. Write its code, such as EUR, or the number alone.
import-problem-currency = “{ $typed }” is in another currency than { $said }, which is said for the row.
import-problem-id = “{ $typed }” is no id of a record. Ids are written by an export; leave them as they are.
import-problem-id-absent = There is no record with this id, or none that you may see. To make new records, take the id out of the key.
import-problem-id-key = The record’s id can only be what rows are found by: choose it as the key, or leave the column out.
import-problem-id-column = No column has the records’ ids.
import-problem-id-create = “{ $name }” is found by id, and no record can be made from an id: report it, leave it empty, or find it by name.
import-problem-link-id = No record has the id “{ $name }”, or none that you may see, among these: { $kinds }.

# What is wrong with a mapping
import-problem-object = There is no kind of record called “{ $name }”.
import-problem-field = There is no field “{ $name }”.
import-problem-field-like = There is no field “{ $name }”. Did you mean “{ $like }”, written { $written }?
import-problem-read-only = “{ $name }” is computed or set by Rapport; it cannot be imported.
import-problem-file-field = “{ $name }” holds files, and a cell has none: nothing is fetched from an address. Leave the column out, or import a ZIP archive that has the table and the files.
import-problem-files-default = “{ $name }” holds files, which are never a default. Name them in a column, or for every record.
import-problem-no-column = The file has no column “{ $name }”.
import-problem-twice = “{ $name }” already comes from the column “{ $other }”.
import-problem-link-to = Say what “{ $name }” links to, with `to`, or with `kind` the column that tells it: { $objects }.
import-problem-link-create = “{ $name }” may lead to several kinds of record ({ $kinds }): nobody knows which to make. Choose one, or the column that says which.
import-problem-link-kind = “{ $typed }” is no kind of record that “{ $name }” may lead to. Write one of these: { $kinds }.
import-problem-link-kind-empty = Say here what kind of record “{ $name }” leads to: { $kinds }.
import-problem-link-by = “{ $object }” has no field “{ $name }” to find it by.
import-problem-other = Say which other record is linked instead.
import-problem-braces = A brace is not closed.
import-problem-no-key = Say by which field a row finds its record.
import-problem-key-column = The key “{ $name }” comes from no column.
import-problem-key-kind = Records cannot be found by “{ $name }”.
import-problem-mapping = The mapping cannot be read: { $why }
import-problem-schema = The new fields could not be made: { $why }

# Why an import stops
import-problem-denied = You may not import these records.
import-problem-administrator = Only an administrator can make fields and options. Leave these columns out, or ask one.
import-problem-owner = Whoever started this import may no longer sign in.
import-problem-broken = It failed again and again: { $why }
import-reverting = Taking back

# What was found and taken for granted
import-note-unnamed = A column without a name is called { $name }.
import-note-same-name = A second column “{ $was }” is called “{ $name }”.
import-assumed-files = A cell has no files, and nothing is fetched from an address, so this column is left out. Import a ZIP archive that has the table and the files to bring them in; a new field keeps the text.
import-assumed-value = “{ $from }” is read as “{ $to }”.
import-assumed-ids-elsewhere = None of these ids is one of a record here that you may see, so this column is left out. Records are found by what else the file says.
import-assumed-comma = The comma stands before the fraction in this file, so that 2.500 is read as two and a half thousand.
import-assumed-minus-one = -1 is the only number below zero; it is read as empty.
import-assumed-dates = Dates are read as { $style ->
        [dmy] day, month, year
       *[mdy] month, day, year
    }.
import-assumed-options = These become new options: { $names }.
import-no-options = These are none of the options: { $names }.
import-report-row = Row
import-report-problems = Problems

# What a workbook could not hold
export-cut = Cut texts
export-cut-why = { $count ->
    [one] This text is cut, since a cell of a workbook holds 32,767 characters. CSV and JSON Lines have all of it.
   *[other] These { $count } texts are cut, since a cell of a workbook holds 32,767 characters. CSV and JSON Lines have all of them.
}

# Parts of fields, as columns of an export
part-currency = currency
part-street = street
part-city = city
part-state = state
part-postal-code = postal code
part-country = country
part-object = kind
part-salutation = salutation
part-first = first
part-middle = middle
part-last = last
part-suffix = suffix

# The pages
import-title = Import
import-hint = Bring in records from a CSV, TSV, XLSX or JSON Lines file, alone or with their files in a ZIP archive. Nothing is changed before you have seen what would happen.
import-steps = Steps of the import
import-step-file = File
import-step-columns = Columns
import-step-check = Check
import-step-run = Import
import-object = What the rows are
import-object-help = Not needed with a kept mapping.
import-mapping = Kept mapping
import-mapping-help = How the columns of an earlier file were read.
import-file = File
import-file-help = CSV, TSV, XLSX or JSON Lines, also compressed with gzip, or a ZIP archive with a table and the files that its rows name; up to 1 GiB.
import-next = Next
import-problem-what = Say with name what the file is called, and with object what its rows are, or with mapping how they are read.
import-problem-no-mapping = There is no kept mapping called “{ $name }”.
import-problem-no-file = Choose a file.
import-problem-upload = The file did not arrive whole. Send it again.
import-problem-busy = The import is running or has run already.
import-problem-name = Enter a name to keep the mapping under.
imports-title = Imports
imports-none = Nothing has been imported yet
imports-file = File
imports-object = Records
imports-state = State
imports-rows = Rows
imports-bad = Refused
imports-when = Begun
import-state-new = Columns to be decided
import-state-checking = Checking
import-state-checked = Checked
import-state-running = Importing
import-state-done = Imported
import-state-cancelled = Cancelled
import-state-failed = Failed
import-state-reverting = Taking back
import-state-reverted = Taken back
import-columns-title = Columns of { $file }
import-columns-hint = Decide where each column goes. The rows become { WITHIN($objects) }.
import-found-text = { $rows } rows, { $columns } columns; text in { $encoding }, cells apart by { $delimiter }.
import-found-lines = { $rows } records as JSON, one a line; { $columns } columns.
import-found-sheet = { $rows } rows, { $columns } columns; sheet “{ $sheet }”.
import-found-archive = { $tables ->
    [1] The table is { $table }; the other files of the archive can go to fields of files, by a column that names them.
   *[other] The table is { $table }, one of { $tables } in the archive; files can go to fields of files, by a column that names them.
}
import-found-faults = Some rows cannot be read:
import-note-repaired = { $rows ->
        [one] One row has
       *[other] { $rows } rows have
    } characters of another encoding; they are read as Windows-1252.
import-preview = First rows
import-how = How rows find their records
import-mode = Rows make
import-mode-create = New records only
import-mode-update = Changes to records only
import-mode-upsert = Changes, or new records where there are none
import-key = Found by
import-id = Id of the record
import-key-help = Fields that tell which record a row is about.
import-empty = Words that mean empty
import-empty-help = Apart by commas, such as NULL, n/a.
import-empty-here = Words that mean empty here
import-blank = An empty cell
import-blank-keep = leaves the record as it is
import-blank-clear = empties the record’s field
import-dates = Dates are written
import-dates-ymd = 2026-12-24, or so that only one day can be meant
import-dates-dmy = Day, month, year
import-dates-mdy = Month, day, year
import-name = Keep this mapping as
import-name-help = To use it again, here and with rapport import --mapping.
import-keep = Keep mapping
import-goes-to = “{ $column }” goes to
import-new-field = New field ({ $type })
import-no-content = The column is empty.
import-samples = { $filled } filled: { $samples }
import-multiply = Multiply by
import-unknown = Words that are no option
import-unknown-report = are reported
import-unknown-empty = are left out
import-unknown-add = become new options
import-word = “{ $word }” ({ $count }) means
import-link-to = Leads to
import-link-whichever = Whichever of these has it
import-link-kind = The kind stands in the column
import-link-kind-help = Where rows lead to different kinds of record: the column that says which.
import-by = Found by
import-by-title = Name
import-by-id = Id
import-missing = Where there is none
import-missing-create = make one
import-missing-empty = leave it empty
import-missing-report = refuse the row
import-missing-other = take the one below
import-other = The one to take
import-values = Read instead
import-values-help = One a line: what stands in the file = what it is called here.
import-set = The same for every record
import-set-hint = For fields that no column fills. { "{" }Column{ "}" } puts in what stands in that column.
import-set-field = Field
import-set-text = Content
import-reading = How the file is read
import-reading-hint = Only where Rapport found it out wrongly.
import-delimiter = Between cells
import-comma = Comma
import-semicolon = Semicolon
import-tab = Tab
import-bar = Vertical bar
import-encoding = Encoding
import-header = The first row names the columns
import-sheet = Sheet
import-table = Table of the archive
import-table-help = The columns are matched anew for another table.
import-update = Apply choices
import-check = Check
import-run-now = Import without check
import-run = Import
import-again = Import again
import-show = Show the records
import-another = Import another file
import-change = Change columns
import-cancel = Cancel
import-refresh = Refresh
import-revert = Take back
import-revert-question = Take back all that this import did? Records that somebody has changed since stay as they are.
import-forget = Remove from this list
import-mapping-download = Download mapping
import-rows-of = { $done } of { $total } rows
import-rows = { $done } rows
import-would-create = { $count } would be created
import-did-create = { $count } created
import-would-update = { $count } would be changed
import-did-update = { $count } changed
import-unchanged = { $count } are there already, with the same content
import-passed = { $count } are there already and were passed over
import-would-make = { $count } linked records would be made
import-did-make = { $count } linked records made
import-unlinked = { $count } links lead nowhere
import-unmatched = { $count ->
        [one] 1 name leads to no record: what would link to it is left empty, or gets its default
       *[other] { $count } names lead to no record: what would link to them is left empty, or gets its default
    }
import-would-refuse = { $count } would be refused
import-did-refuse = { $count } refused
import-reverted = Taken back: { $deleted } deleted, { $updated } given their earlier content, { $kept } left because somebody has changed them since.
import-note-unmatched = No record is called “{ $name }”: the link is left empty, or gets its default.
import-kinds = Problems
import-kind = { $problem } ({ $rows ->
        [one] row { $row }
       *[other] { $rows } rows, the first is row { $row }
    })
import-bad-rows = Rows with problems
import-download-bad = Download all of them
import-type-text = text
import-type-long-text = long text
import-type-integer = whole number
import-type-decimal = number
import-type-date = date
import-type-date-time = date and time
import-type-boolean = yes or no
import-type-choice = choice
import-type-email = e-mail
import-type-url = web address
job-name-transfer-import = Import
job-name-transfer-revert = Taking an import back
