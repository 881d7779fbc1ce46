app-name = Rapport

## The navigation, by work
area-home = Home
area-sell = Sell
area-market = Market
area-serve = Serve
area-field = Field
area-analyse = Analyse
area-set-up = Set up
nav-my-day = My day
nav-import = Import
nav-people = Users and teams
nav-roles = Roles
nav-jobs = Background jobs
nav-sign-ins = Sign-ins
nav-profile = Profile

## When something does not succeed
error-signed-out = Sign in
error-token = This token does not work: it is unknown, was withdrawn, or has ended. A new one is made on the profile page.
error-signed-out-hint = Your session has ended. Sign in again; nothing is lost.
error-denied = Not allowed
error-denied-hint = You do not have the right to do this. Ask an administrator for it.
error-not-found = Not found
error-not-found-hint = There is nothing here, or nothing that you may see.
error-invalid = Something needs your attention
error-invalid-hint = Not everything that was sent can be used.
error-conflict = Somebody else was faster
error-conflict-hint = Somebody else changed this meanwhile. Look at what stands now and try again.
error-stale = Changed meanwhile
error-stale-hint = Another version stands now. Read it and try again.
error-too-large = Too large
error-too-large-hint = This is more than can be taken at once.
error-too-many = Too many requests
error-too-many-hint = Wait a moment and try again.
error-unavailable = Out of reach for the moment
error-unavailable-hint = The database does not answer. What you did is not saved; try again in a moment.
error-again = Try again with what you typed
error-unavailable-disk = The disk of the server is full. What you did is not saved; it can be once an administrator has made room.
error-unavailable-read-only = The database takes no changes just now. What is there can be read; what you did is not saved, and can be once an administrator has seen to it.
error-unavailable-busy = Something else is keeping the database busy. What you did is not saved; try again in a moment.
error-unavailable-doubt = The connection to the database broke while this was being saved. Look whether it is there before you try again.
error-broken = Something went wrong on our side
error-broken-hint = It has been logged. Try again; if it happens again, tell an administrator.
error-parameter = The parameter { $name } cannot be “{ $value }”.
error-json = The body is no JSON that can be used here: { $reason }
