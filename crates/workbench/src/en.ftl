## Lists
create-object = New { WITHIN($object) }
list-empty = No { WITHIN($objects) } yet
list-empty-create = Create the first one.
list-empty-import = Create the first one, or import a file.
list-nothing-found = No { WITHIN($objects) } match
list-nothing-found-hint = Take a condition out, or search for something else.
list-show-all = Show all
# A field of a record that was found, and the part of its text that was sought.
search-found-in = { $field }: { $text }
list-of-cause = Changed together
list-trash-empty = The trash is empty
list-trash-empty-hint = What you delete comes here and can be restored.
view-list = List
view-board = Board
sort-up = { $field }, ascending
sort-down = { $field }, descending
export-csv = Export as CSV
export-xlsx = Export as Excel
export-jsonl = Export as JSON Lines
export-ids = Export as CSV with ids, to import it again
days-short = { $days } d
timeline-all = All
timeline-changes = Changes

## Views that people keep
saved-view-new = Save as a view
saved-view-update = Save changes of this view
saved-view-edit = Rename or share this view
saved-view-delete = Delete this view
saved-view-delete-question = Delete this view? The records stay.
saved-view-name = Name
saved-view-share = Shared
saved-view-share-help = Everybody who may see these records finds the view above the list. Each sees what they may see.
saved-view-long = The filter is too long to be kept.
saved-view-unknown = There is no { $name } here.

## Many records
bulk-edit = Edit
bulk-edit-objects = Edit { WITHIN($objects) }
bulk-edit-hint = Fields that you leave empty stay as they are.
bulk-nothing = Fill in at least one field.
bulk-none-chosen = Tick at least one record.
bulk-too-many = More than { $max } records match. Narrow the filter down, or use an import.
bulk-done = { $done ->
    [one] One record changed
   *[other] { $done } records changed
}
bulk-done-some = { $done } changed, { $kept } left as they were
undone = Undone: { $done } taken back{ $kept ->
    [0] {""}
   *[other] , { $kept } left as they were
}

## One record
edit-record = Edit { WITHIN($object) }: { $title }
action-on-record = { $action } { WITHIN($object) }: { $title }
record-to-stage = { $title }: { $stage }
save-and-new = Save and new
saved = Saved
deleted = { $title } is in the trash
removed-from = { $title } is removed from { $whole }
restored = Restored
destroy = Delete for good
destroy-question = This cannot be undone. Delete for good?
trash = Trash
deleted-by = Deleted by
record-touched = Changed by { $who }, { $when }
record-made = Created by { $who }, { $when }
record-touched-automatically = Updated automatically, { $when }
record-in-trash = This record was put in the trash { $when }.
record-why = Who can see this?
record-hidden = a record you cannot see
tabs = Parts of this record
tab-timeline = Timeline
tab-details = Details
section-more = More
section-system = Record
panel-about = About
related-total = Total
related-empty = No { WITHIN($objects) } yet
# $channel is user, api, import, workflow, system (with somebody on whose behalf) or automatic (with nobody).
timeline-created = { $channel ->
    [api] created this through the API
    [import] created this by an import
    [workflow] created this by a rule
    [automatic] created this automatically
   *[other] created this
}
timeline-changed = { $channel ->
    [api] changed this through the API
    [import] changed this by an import
    [workflow] changed this by a rule
    [automatic] updated this automatically
   *[other] changed this
}
timeline-deleted = put this in the trash
timeline-restored = restored this
timeline-destroyed = deleted this for good
timeline-activity = · { $object }:
channel-user = by hand
channel-api = by API
channel-import = by import
channel-workflow = by automation
channel-system = automatically

## Two at once
conflict-title = Somebody else changed this
conflict-hint = Somebody else saved a change while you were editing. Nothing of yours is lost.
conflict-theirs = Now
conflict-ours = Yours
conflict-overwrite = Save mine
conflict-keep = Keep theirs
conflict-field = { $who } put “{ $theirs }” here { $when }. Save again to overwrite it.
conflict-by = { $who } changed this { $when }.
conflict-choose = Nothing of yours is lost: choose what shall stand.
conflict-somebody = Somebody

## Search
search-title = Search
search-no-words = What are you looking for?
search-no-words-hint = Type a name, a number or any other word into “Search everything” above.
search-results = Results for “{ $words }”
search-nothing = Nothing found
search-nothing-hint = Try fewer or shorter words.

## My day
home-morning = Good morning, { $name }
home-afternoon = Good afternoon, { $name }
home-evening = Good evening, { $name }
home-clear = All clear
home-first-steps = First steps

## Filters
filter-open = { $field }: open
filter-closed = { $field }: closed
filter-won = { $field }: won
filter-lost = { $field }: lost
filter-done = { $field }: done
filter-outcome = { $field }: outcome
outcome-won = Won
outcome-lost = Lost
outcome-done = Done
outcome-cancelled = Cancelled
