## Roles
object-role = Role
    .plural = Roles
role--name = Name
role--description = What it is for
role--administrator = May do everything
role-view-all = All roles
role-section-details = Details
identity-roles = Roles
identity-roles-hint = A person may hold many roles. What they give adds up.
identity-role-new = New role
identity-role-holders = People
identity-administrator-help = Whoever holds this role may do everything, and change what everybody may do. The rest of this page then says nothing.
identity-faults = These rights give nothing, because something in them is no longer right:
identity-matrix = What may be done
identity-matrix-hint = Parts, such as the lines of a deal, follow what they belong to. People, teams and roles are never part of “everything else”.
identity-matrix-object = Records
identity-everything = Everything else
identity-rules = On which records, with which fields
identity-rules-hint = Rules are written like filters: owner = me, team in my_teams, amount < 10000. Without a rule, all records are meant.
identity-rules-some = limited
identity-field-gone = { $name } (no longer there)

## Why somebody may
identity-why-title = Who can see { $title }?
identity-why-ask = Explain
identity-why-administrator = { $name } is an administrator and may do everything.
identity-why-nothing = { $name } cannot see this record.
identity-why-allowed = { $name } may do this with the record:
identity-why-part = It is part of another record, which decides
identity-why-lines = What each role says
identity-why-role = Role
identity-why-actions = Gives
identity-why-rows = On records where
identity-why-editable = Changes where
identity-why-hidden = Hidden fields
identity-why-locked = Locked fields
identity-why-everybody = Everybody
identity-why-all = All records
identity-why-holds = holds
identity-why-fails = does not hold
