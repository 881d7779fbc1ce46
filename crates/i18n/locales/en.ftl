### Texts of the shell, common words and problems that any part may report.

# Common words
yes = Yes
no = No
none = None
list-comma = {", "}
list-and = {" "}and{" "}
save = Save
cancel = Cancel
close = Close
edit = Edit
delete = Delete
restore = Restore
remove = Remove
add = Add
create = Create
search = Search
apply = Apply
reset = Reset
back = Back
next = Next
previous = Previous
done = Done
more = More
undo = Undo
copy = Copy
export = Export
import = Import
download = Download
upload = Upload
share = Share
open = Open
retry = Try again
loading = Loading…
required = required
optional = optional
unknown = Unknown
you = You
skip-to-content = Skip to content

# Numbers in few characters
number-thousands = { $number }K
number-millions = { $number }M
number-billions = { $number }B

# How far away a moment is
relative-now = just now
relative-today = today
relative-tomorrow = tomorrow
relative-yesterday = yesterday
relative-minutes-ago = { $count ->
    [one] a minute ago
   *[other] { $count } minutes ago
}
relative-in-minutes = { $count ->
    [one] in a minute
   *[other] in { $count } minutes
}
relative-hours-ago = { $count ->
    [one] an hour ago
   *[other] { $count } hours ago
}
relative-in-hours = { $count ->
    [one] in an hour
   *[other] in { $count } hours
}
relative-days-ago = { $count ->
    [one] a day ago
   *[other] { $count } days ago
}
relative-in-days = { $count ->
    [one] in a day
   *[other] in { $count } days
}
relative-weeks-ago = { $count ->
    [one] a week ago
   *[other] { $count } weeks ago
}
relative-in-weeks = { $count ->
    [one] in a week
   *[other] in { $count } weeks
}
relative-months-ago = { $count ->
    [one] a month ago
   *[other] { $count } months ago
}
relative-in-months = { $count ->
    [one] in a month
   *[other] in { $count } months
}
relative-years-ago = { $count ->
    [one] a year ago
   *[other] { $count } years ago
}
relative-in-years = { $count ->
    [one] in a year
   *[other] in { $count } years
}

# Lengths of time
duration-weeks = { $count }w
duration-days = { $count }d
duration-hours = { $count }h
duration-minutes = { $count }m
duration-seconds = { $count }s

# Words that typed dates, durations and truths are read by; alternatives between commas
parse-yes = yes, y, true, on
parse-no = no, n, false, off
parse-now = now
parse-today = today, tod
parse-tomorrow = tomorrow, tom, tmr
parse-yesterday = yesterday
parse-end-of-month = end of month, eom
parse-next = next
parse-last = last
parse-in = in
parse-ago = ago
parse-of = of, the
parse-year = year, years, y
parse-month = month, months, mo
parse-week = week, weeks, w
parse-day = day, days, d
parse-hour = hour, hours, h, hr, hrs
parse-minute = minute, minutes, m, min, mins
parse-second = second, seconds, s, sec, secs

# Problems with one value
problem-required = Fill in this field.
problem-too-long = Use at most { $max } characters; this has { $length }.
problem-too-many = Choose at most { $max }.
problem-too-small = Enter { $min } or more.
problem-too-large = Enter { $max } or less.
problem-not-a-number = “{ $typed }” is not a number. Write it like { $example }.
problem-not-whole = Enter a whole number; { $typed } has decimals.
problem-not-money = “{ $typed }” is not an amount. Write it like { $example }.
problem-too-many-digits = { $currency } has { $digits ->
    [0] no decimals
    [one] one decimal
   *[other] { $digits } decimals
}; { $typed } has more.
problem-not-a-date = “{ $typed }” is not a date. Write it like { $example }, or “tomorrow”.
problem-not-a-date-time = “{ $typed }” is not a date and time. Write it like { $example }.
problem-not-a-duration = “{ $typed }” is not a length of time. Write it like { $example }.
problem-not-yes-or-no = “{ $typed }” is neither yes nor no.
problem-not-an-option = “{ $typed }” is not one of the options.
problem-not-an-email = “{ $typed }” is not an e-mail address.
problem-not-a-phone = “{ $typed }” is not a phone number. Start with + and the country code.
problem-not-a-url = “{ $typed }” is not a web address.
problem-not-unique = Another record already has this value.
problem-not-found = There is no such record.
problem-not-allowed = You may not do that.
problem-read-only = This field cannot be changed.
problem-conflict = Somebody else changed this meanwhile.
problem-too-large-upload = The file is larger than { $max }.
problem-summary = { $count ->
    [one] One thing needs your attention
   *[other] { $count } things need your attention
}
