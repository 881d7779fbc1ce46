# What is wrong with a file
import-problem-empty-file = The file is empty.
import-problem-no-table = This is no table: it holds bytes that no text has. Save it as CSV or XLSX.
import-problem-encoding = There is no encoding called “{ $name }”.
import-problem-delimiter = The sign between cells must be one character that is neither a letter, a digit nor a quote.
import-problem-compressed = The compressed file is damaged.
import-problem-unpacked = The compressed file grows beyond { $max } GiB when it is unpacked.
import-problem-workbook = The workbook cannot be read. Save it again as XLSX, or as CSV.
import-problem-sheet = The workbook has no sheet called “{ $name }”.
import-problem-columns = The file has more than { $max } columns.
import-problem-too-large = The file is larger than { $max } MiB.
import-problem-disk-full = The disk is full.
import-problem-file-gone = The file is no longer there. Send it again.

# What is wrong with a row
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
import-problem-absent = There is no { $object } called “{ $name }”.
import-problem-several = There are several records of { $object } called “{ $name }”.
import-problem-key-empty = The row has nothing to find its record by.
import-problem-key-several = Several records fit this row.
import-problem-key-absent = No record fits this row.

# What is wrong with a mapping
import-problem-object = There is no kind of record called “{ $name }”.
import-problem-field = There is no field “{ $name }”.
import-problem-field-like = There is no field “{ $name }”. Did you mean “{ $like }”?
import-problem-read-only = “{ $name }” is computed or set by Rapport; it cannot be imported.
import-problem-file-field = “{ $name }” holds files; it cannot be imported from a table.
import-problem-no-column = The file has no column “{ $name }”.
import-problem-twice = “{ $name }” already comes from the column “{ $other }”.
import-problem-link-to = Say with `to` what “{ $name }” links to: { $objects }.
import-problem-link-by = “{ $object }” has no field “{ $name }” to find it by.
import-problem-other = Say which other record is linked instead.
import-problem-braces = A brace is not closed.
import-problem-no-key = Say by which field a row finds its record.
import-problem-key-column = The key “{ $name }” comes from no column.
import-problem-key-kind = Records cannot be found by “{ $name }”.
import-problem-mapping = The mapping cannot be read: { $why }
import-problem-schema = The new fields could not be made: { $why }

# Why an import stops
import-problem-denied = You may not import { $object }.
import-problem-administrator = Only an administrator can make fields and options. Leave these columns out, or ask one.
import-problem-owner = Whoever started this import may no longer sign in.
import-problem-broken = It failed again and again: { $why }
import-reverting = Taking back

# What was found and taken for granted
import-note-unnamed = A column without a name is called { $name }.
import-note-same-name = A second column “{ $was }” is called “{ $name }”.
import-assumed-value = “{ $from }” is read as “{ $to }”.
import-assumed-minus-one = -1 is the only number below zero; it is read as empty.
import-assumed-dates = Dates are read as { $style ->
        [dmy] day, month, year
       *[mdy] month, day, year
    }.
import-assumed-options = These become new options: { $names }.
import-no-options = These are none of the options: { $names }.
import-report-row = Row
import-report-problems = Problems
