# What people read about tasks, notes, calls and meetings.

## Tasks

object-task = Task
    .plural = Tasks
object-task-first = Write down what comes next
object-task-first-hint = Whatever is due shows up here, on your day.

task--subject = Subject
task--status = Status
task--status--not_started = Not started
task--status--in_progress = In progress
task--status--waiting = Waiting
task--status--deferred = Deferred
task--status--completed = Completed
task--status--cancelled = Cancelled
task--priority = Priority
task--priority--urgent = Urgent
task--priority--high = High
task--priority--normal = Normal
task--priority--low = Low
task--type = Type
task--type--to_do = To do
task--type--call = Call
task--type--email = E-mail
task--type--follow_up = Follow up
task--type--demo = Demo
task--type--proposal = Proposal
task--type--paperwork = Paperwork
task--due_date = Due
task--due_at = Due at
    .help = The hour, where there is one.
task--reminder_at = Remind me
task--parent = About
task--person = With
task--description = Description
task--completed_at = Completed
task--overdue = Overdue

task-view-mine = My open tasks
task-view-today = Due today and late
task-view-overdue = Overdue
task-view-board = Board
task-view-done = Done
task-view-all = All tasks

task-section-details = Details

## Notes

object-note = Note
    .plural = Notes

note--subject = Subject
    .help = The first line of the note, unless you type another one.
note--body = Note
note--parent = About
note--pinned = Pinned

note-view-recent = Recently created
note-view-mine = My notes

note-section-details = Details

## Calls

object-call = Call
    .plural = Calls

call--subject = Subject
call--direction = Direction
call--direction--outbound = Outbound
call--direction--inbound = Inbound
call--status = Status
call--status--planned = Planned
call--status--held = Held
call--status--not_held = Not held
call--started_at = Time
call--duration = Duration
call--phone = Phone
call--disposition = Result
call--disposition--interested = Interested
call--disposition--call_back = Call back
call--disposition--information_given = Information given
call--disposition--not_interested = Not interested
call--disposition--left_voicemail = Left voicemail
call--disposition--no_answer = No answer
call--disposition--busy = Busy
call--disposition--wrong_number = Wrong number
call--parent = About
call--person = With
call--recording_url = Recording
call--description = Description

call-rule-duration_not_negative = A call cannot last less than no time.

call-view-mine = My calls
call-view-planned = Planned calls
call-view-all = All calls

call-section-details = Details

## Meetings

object-meeting = Meeting
    .plural = Meetings

meeting--subject = Subject
meeting--status = Status
meeting--status--planned = Planned
meeting--status--held = Held
meeting--status--not_held = Not held
meeting--starts_at = Starts
meeting--ends_at = Ends
meeting--all_day = All day
meeting--location = Location
meeting--join_url = Link to join
meeting--parent = About
meeting--attendees = Attendees
    .related = Attended meetings
meeting--colleagues = Colleagues
meeting--reminder_at = Remind me
meeting--description = Description

meeting-rule-ends_after_it_starts = The meeting ends before it starts.

meeting-view-mine = My meetings
meeting-view-upcoming = Upcoming
meeting-view-not_closed = Still to be closed
meeting-view-all = All meetings

meeting-section-details = Details

## What is wrong, and what to do about it

task-problem-no-status = There is no status that says so.
call-problem-no-status = There is no status that says that a call was held.

## Verbs

task-action-complete = Complete
task-action-reopen = Reopen
task-completed = Done
task-reopened = Open again
