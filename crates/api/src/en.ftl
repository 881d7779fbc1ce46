api-object = The body must be a JSON object.
api-filter = The filter cannot be used: { $reason }
api-scope = The token does not allow to { $verb } { $object }.
api-version = The record has version { $version } now; the request was made upon another.
api-bulk = “records” must be a list of at most { $max } records.
api-bulk-object = “{ $place }” must be a JSON object.
api-bulk-mode = “mode” is one of create, update, upsert.
api-bulk-key = “key” names a field with one column; { $name } is none.
api-bulk-ambiguous = More than one record has this { $name }.
api-bulk-ref = No record of this request has the ref “{ $name }”.
api-bulk-ref-twice = Another record of this request has the ref “{ $name }” too.
api-bulk-no-id = The “id” is none.
api-bulk-id = An update names the record by “id” or by the key.
api-idempotency = The Idempotency-Key was used for another request.
api-definition = { $reason }
api-losses = Nothing was changed: { $losses }. With accept_losses=true the change is made, and what goes stays in the history of its record.
