### Texts of the shell, common words and problems that any part may report.

# Common words
yes = Yes
no = No
none = None
list-comma = {", "}
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
next = Next
previous = Previous
done = Done
more = More
undo = Undo
copy = Copy
copied = Copied
export = Export
import = Import
download = Download
upload = Upload
share = Share
open = Open
loading = Loading…
required = required
unknown = Unknown
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
problem-views-kept = You keep { $max } views of this list already. Delete one that you no longer need.
problem-views-shared = { $max } views of this list are shared already. Keep this one for yourself, or have one deleted that nobody needs.
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
problem-text = This must be a text.
problem-integer = This must be a whole number.
problem-number = This must be a number.
problem-number-size = This number has more digits than can be kept.
problem-scale = { $scale ->
    [0] Enter a whole number.
    [one] Use at most one decimal.
   *[other] Use at most { $scale } decimals.
}
problem-money = This must be an amount with its currency.
problem-currency = This is not the code of a currency, such as EUR or USD.
problem-date = This must be a date.
problem-date-time = This must be a date and time.
problem-boolean = This must be yes or no.
problem-choice = This must be one of the options.
problem-no-option = There is no option “{ $name }”.
problem-retired-option = The option “{ $name }” is no longer in use. Choose another.
problem-option-limit = “{ $name }” does not go with what is chosen elsewhere.
problem-list = This must be a list of texts.
problem-link = Choose a record.
problem-link-any = Choose a record, of one of the kinds allowed here.
problem-link-kind = Records of this kind cannot be chosen here.
problem-link-gone = There is no such record, or you may not see it.
problem-links = This must be a list of records.
problem-parts = This must be given in its parts.
problem-unknown-part = There is no part “{ $name }”.
problem-json = This is not JSON.
problem-email = This is not an e-mail address.
problem-phone = This is not a phone number. Start with + and the country code.
problem-url = This is not a web address.
problem-unique = Another record already has this value.
problem-unknown-field = There is no field “{ $name }”.
problem-denied = You may not do that.
problem-field-denied = You may not change this field.
problem-still-linked = Other records need this one. Remove or change them first.
problem-endless = Saving this sets off changes without end: rules or roll-ups lead back to themselves.
problem-filter = This filter cannot be read.
problem-group = Records cannot be grouped by “{ $name }”.
problem-sum = “{ $name }” cannot be added up.
problem-sort = Records cannot be sorted by “{ $name }”.
problem-cursor = This place in the list is no longer known. Start from the beginning.
problem-not-found = There is no such record.
problem-read-only = This field cannot be changed.
problem-conflict = Somebody else changed this meanwhile.
problem-file = Choose files that have been sent here.
problem-file-gone = The file is no longer there, or it is not yours. Send it again.
problem-too-many-files = { $max ->
    [one] Only one file fits here.
   *[other] At most { $max } files fit here.
}
problem-too-large-upload = The file is larger than { $max }.
problem-summary = { $count ->
    [one] One thing needs your attention
   *[other] { $count } things need your attention
}

# The frame of every page
nav-main = Main navigation
nav-quick = Quick navigation
nav-fold = Fold or unfold the navigation
menu = Menu
search-everything = Search everything
user-menu = Your menu
sign-out = Sign out
shortcuts = Keyboard shortcuts
toasts = Messages
crumbs = You are here
related = Related
columns = Columns
field = Field
theme-light = Light
theme-dark = Dark
theme-system = As the system
density-comfortable = Comfortable rows
density-compact = Compact rows
notifications-unread = { $count ->
    [0] Notifications
    [one] Notifications: one unread
   *[other] Notifications: { $count } unread
}
offline = You are offline. What you see may be old.
live-paused = This changed meanwhile. It is shown anew when you finish.
request-failed = That did not work. Check the connection and try again.
unsaved = What you typed is not saved. Leave it?
confirm-yes = Yes
empty-value = empty
actor-system = Rapport
count-more = { $number }+
step-done = done
step-of = Step { $step } of { $steps }

# The command palette
palette = Go to, search or do
palette-placeholder = Type a command or search…
palette-commands = Commands
palette-recent = Recent
palette-found = Found
palette-nothing = Nothing found. Try other words.
palette-move = move
palette-choose = choose

# Lists
list-search = Search this list
list-shown = { $shown } of { $count }
load-more = Load more
show-all = Show all
select = Select
select-page = Select all rows shown
select-none = Select nothing
select-all-matching = Select all that match
select-all-count = Select all { $count } that match
selected-one = 1 selected
selected-many = { "{" }count{ "}" } selected
selected-all = All { $count } that match are selected
column-resize = Drag to change the width
move-up = Move up
move-down = Move down

# Views
views = Views
views-more = More views
view-kind = Show as
view-manage = Manage this view
view-shared = shared with others
view-changed = changed, not saved
sort = Sort
group = Group

# Filters
filter = Filter
filter-add = Add condition
filter-add-group = Add group
filter-all-of = All of these hold
filter-any-of = Any of these holds
filter-and = and
filter-as-builder = Edit as conditions
filter-as-text = Edit as text
filter-clear = Clear all
filter-field = Field
filter-group = Conditions
filter-join = How the conditions are joined
filter-operator = Comparison
filter-remove = Remove condition
filter-text = Filter as text
filter-value = Value
operator-is = is
operator-is-not = is not
operator-one-of = is one of
operator-not-one-of = is none of
operator-contains = contains
operator-contains-not = does not contain
operator-starts-with = starts with
operator-less = is less than
operator-at-most = is at most
operator-greater = is more than
operator-at-least = is at least
operator-between = is between
operator-within = is within
operator-before = is before
operator-after = is after
operator-is-me = is me
operator-is-my-team = is in my team
operator-is-empty = is empty
operator-is-not-empty = is not empty
operator-is-true = is yes
operator-is-false = is no
period-today = today
period-yesterday = yesterday
period-tomorrow = tomorrow
period-this-week = this week
period-last-week = last week
period-next-week = next week
period-this-month = this month
period-last-month = last month
period-next-month = next month
period-this-quarter = this quarter
period-last-quarter = last quarter
period-next-quarter = next quarter
period-this-year = this year
period-last-year = last year
period-last-7-days = the last 7 days
period-last-30-days = the last 30 days
period-next-30-days = the next 30 days

# Boards
board-age = Time in this column
board-move = Move { $title }
board-moved = { "{" }title{ "}" } is now in { "{" }column{ "}" }.
board-failed = { "{" }title{ "}" } could not be moved.
activity-none = Nothing planned

# Records
stage-move = Move to
timeline = Timeline
timeline-filter = Show in the timeline
timeline-more = Older entries
timeline-empty = Nothing has happened yet.
timeline-public = Visible to the customer
changed-to = changed to
diff-agreeing = { $count ->
    [one] One other field agrees
   *[other] { $count } other fields agree
}

# Controls
combobox-placeholder = Type to search
combobox-nothing = Nothing found
combobox-create = Create “{ $title }”
link-kind = Kind
currency = Currency
date-pick = Pick a date
tags-placeholder = Add a tag, then Enter
file-choose = Choose a file
file-drop = or drop it here
file-sending = Sending
file-added = Added
file-remove = Take { $name } out
address-street = Street
address-city = City
address-state = State or region
address-postal-code = Postal code
address-country = Country
name-salutation = Salutation
name-first = First name
name-middle = Middle name
name-last = Last name
name-suffix = Suffix
rich-bold = Bold
rich-italic = Italic
rich-list = List
rich-numbers = Numbered list
rich-link = Link
rich-clear = Remove formatting

# Keys
keys-move = Move in a list
keys-select = Select the row
keys-open = Open the row, edit the cell
keys-edit = Edit the cell
keys-card = Move the card
shortcuts-single = Single keys are shortcuts
pages = Pages
