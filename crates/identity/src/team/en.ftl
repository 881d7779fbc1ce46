## Teams
object-team = Team
    .plural = Teams
team--name = Name
team--parent = Part of
team--manager = Manager
team--description = Description
team-view-all = All teams
team-section-details = Details
identity-team-circle = A team cannot be below itself.
