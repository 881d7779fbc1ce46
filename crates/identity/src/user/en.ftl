## Users
object-user = User
    .plural = Users
object-user-first = Invite your colleagues
object-user-first-hint = Each gets a link to choose a password, and roles that say what they see and change.
user--name = Name
user--email = E-mail
user--active = May sign in
user--job_title = Job title
user--phone = Phone
user--team = Team
user--reports_to = Reports to
user--roles = Roles
user--locale = Language and formats
user--zone = Time zone
user--theme = Colours
user--theme--system = As the system
user--theme--light = Light
user--theme--dark = Dark
user--density = Rows
user--density--comfortable = Comfortable
user--density--compact = Compact
user--avatar = Picture
user-rule-reports_to_another = Nobody reports to themselves.
user-view-active = May sign in
user-view-all = All users
user-section-details = Details
user-section-work = Work
user-section-preferences = Preferences
identity-no-zone = There is no time zone “{ $name }”.
identity-no-locale = “{ $name }” is no language tag such as en-GB.
identity-no-role = There is no role “{ $name }”.
identity-last-administrator = The last administrator cannot go. Make somebody else one first.
identity-only-administrators = Only administrators change what people may do.
identity-no-administrator-role = The role of administrators is gone or no longer gives everything.

## Signing in
identity-sign-in-title = Sign in
identity-sign-in = Sign in
identity-password = Password
identity-refused = E-mail or password is wrong.
identity-wait-seconds = { $count ->
    [one] Too many attempts. Try again in one second.
   *[other] Too many attempts. Try again in { $count } seconds.
}
identity-wait-minutes = { $count ->
    [one] Too many attempts. Try again in one minute.
   *[other] Too many attempts. Try again in { $count } minutes.
}

## Setting up
identity-setup-title = Welcome to Rapport
identity-setup-intro = Make the first administrator. Everybody else is invited later.
identity-setup-code = Setup code
identity-setup-code-help = It was printed when the server started.
identity-setup-code-wrong = This is not the code of the last start.
identity-setup-do = Make administrator and sign in

## Passwords
identity-password-title = Password
identity-old-password = Present password
identity-new-password = New password
identity-password-do = Change password
identity-password-help = At least { $min } characters. A few words are good.
identity-old-password-wrong = This is not your present password.
identity-password-short = Use at least { $min } characters.
identity-password-long = Use at most { $max } characters.
identity-password-common = This is one of the passwords that everybody tries first.
identity-password-name = A password must not be made of your name or address.
identity-password-unusable = This password cannot be used. Try another one.
identity-reset-title = Choose a password
identity-reset-intro = Hello { $name }, choose a new password.
identity-reset-do = Save and sign in
identity-link-gone = This link no longer works
identity-link-gone-hint = Links work once and for three days. Ask an administrator for a new one.
identity-reset-link = Link to a new password
identity-reset-link-make = Make a link to a new password
identity-link-made = Here is the link
identity-link-made-hint = Pass it on. It works once, for three days, and is not shown again.

## The own profile
identity-profile-title = Your profile
identity-as-workspace = As the workspace
identity-sessions-title = Where you are signed in
identity-session-browser = Browser
identity-session-this = { $name } (this one)
identity-session-seen = Last used
identity-session-end = Sign out
identity-sign-out-everywhere = Sign out everywhere
identity-address = Address
identity-what-to-do = Actions
identity-nothing-here = Nothing here

## API tokens
identity-token = API token
identity-tokens-title = API tokens
identity-tokens-hint = A token lets a program act for you, within its scopes.
identity-token-name = What it is for
identity-token-prefix = Begins with
identity-token-scopes = Scopes
identity-token-more-scopes = More scopes
identity-token-more-scopes-help = For single objects, such as deal:read or lead:write.
identity-token-expires = Expires
identity-token-used = Last used
identity-token-endless = Never
identity-token-days = { $count ->
    [one] In one day
   *[other] In { $count } days
}
identity-token-make = Make token
identity-token-revoke = Withdraw
identity-token-made = Here is your token
identity-token-made-hint = Copy it now. It is not shown again.
identity-scope-read = Read everything that you may read
identity-scope-write = Read and change everything that you may change
identity-scope-admin = Do what administrators may
identity-no-scope = There is no scope “{ $name }”.
identity-expiry-past = This time is over already.
identity-too-many-tokens = You have { $max } tokens. Withdraw one first.

## Users and teams
identity-people-title = Users and teams
identity-users = Users
identity-teams = Teams
identity-teams-hint = Whoever belongs to a team, or manages it, also counts as of all teams below it.
identity-teams-none = No teams yet
identity-teams-none-hint = Make one for people who may see each other’s records.
identity-user-new = New user
identity-user-make = Create user
identity-user-log = Sign-ins
identity-user-record = Record
identity-user-manage = Roles, sessions and links
identity-team-new = New team
identity-access-title = Signing in
identity-active-help = Whoever may not sign in is out at once. What belongs to them stays.
identity-last-sign-in = Last sign-in
identity-never = Never
identity-sessions-count = { $count ->
    [0] Not signed in anywhere.
    [one] Signed in at one browser.
   *[other] Signed in at { $count } browsers.
}

## Audit
identity-events-title = Sign-ins
identity-events-all = Everything
identity-events-refusals = Refused
identity-event-at = When
identity-event-what = What
identity-event-who = Who
identity-event-by = By
identity-event-agent = Program
identity-event-signed-in = Signed in
identity-event-wrong-password = Wrong password
identity-event-unknown-email = Unknown address
identity-event-inactive = May not sign in
identity-event-throttled = Too many attempts
identity-event-must-change = Had to replace the password
identity-event-signed-out = Signed out
identity-event-signed-out-everywhere = Signed out everywhere
identity-event-password-changed = Password changed
identity-event-password-reset = Password set anew
identity-event-reset-link-made = Link to a new password made
identity-event-token-made = API token made
identity-event-token-revoked = API token withdrawn
identity-event-set-up = First administrator made
