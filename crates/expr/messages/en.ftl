# What is said about an expression. The place is shown beside it.

expr-missing = an expression is missing
expr-character = the character “{ $character }” means nothing here
expr-number-digits = a number has at most { $whole } digits before the point and { $fraction } after it
expr-unclosed-text = the closing quote is missing
expr-too-long = an expression has at most { $max } characters
expr-too-deep = nested more than { $max } levels deep
expr-too-large = too large, its formulas written out
expr-unexpected = “{ $token }” is not expected here
expr-unexpected-end = something is missing at the end
expr-expected = “{ $what }” is expected here
expr-after-dot = the name of a field is expected after the dot
expr-path-long = a path has at most { $max } names
expr-chain = comparisons cannot be chained; join them with “and”
expr-list-empty = a list needs at least one entry
expr-list-misplaced = a list can only stand after “in”
expr-period = a period is expected, such as “this month”, “last 30 days” or “tomorrow”
expr-period-count = a whole number from 1 to { $max } is expected
expr-unknown-field = { $object } has no field “{ $name }”
expr-unknown-field-nearest = { $object } has no field “{ $name }”; is “{ $nearest }” meant?
expr-unknown-function = there is no function “{ $name }”
expr-unknown-function-nearest = there is no function “{ $name }”; is “{ $nearest }” meant?
expr-unknown-object = there is no object “{ $name }”
expr-unknown-option = “{ $name }” is none of the options
expr-unknown-option-nearest = “{ $name }” is none of the options; is “{ $nearest }” meant?
expr-unknown-part = there is no part “{ $name }”
expr-unknown-part-nearest = there is no part “{ $name }”; is “{ $nearest }” meant?
expr-no-parts = “{ $name }” is { $found } and has no fields of its own
expr-my-teams = “my_teams” can only stand after “in”
expr-many-alone = a field that links to many records can only be used with “contains”, “in” and “is empty”
expr-parts-alone = { $found } has parts; name one of them
expr-type = { $wanted } is expected here, not { $found }
expr-operands = “{ $operator }” does not go between { $left } and { $right }
expr-mixed = { $first } and { $second } cannot be results of one expression
expr-no-text = { $found } cannot become part of a text
expr-no-date = “{ $text }” is no date; write it as 2026-01-31
expr-no-date-time = “{ $text }” is no time; write it as 2026-01-31T12:00:00Z, or a date
expr-no-id = “{ $text }” is no identity of a record; compare one of its fields, such as its name
expr-arguments = “{ $name }” takes { $least } to { $most } arguments, not { $found }
expr-arguments-exactly =
    { $least ->
        [0] “{ $name }” takes no arguments
        [one] “{ $name }” takes one argument, not { $found }
       *[other] “{ $name }” takes { $least } arguments, not { $found }
    }
expr-arguments-least = “{ $name }” takes { $least } or more arguments, not { $found }
