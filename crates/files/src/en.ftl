files-title = Files
files-choose = Choose files
files-drop = or drop them anywhere on this page
files-limit = At most { $max } each.
files-send = Attach
files-empty = No files yet
files-empty-hint = Contracts, drawings, photos: what belongs to this record is found here by everybody who may see it.
files-remove-question = Take { $name } out? Undoing the change brings it back for 30 days.
files-attach-to = Attach to { $title }
files-problem-name = Say what the file is called: put ?name= behind the address.
files-problem-empty = { $name } is empty. Choose another file.
files-problem-cut-off = The file did not arrive as a whole. Send it again.
files-problem-disk = The disk is full, so the file could not be kept. Tell whoever runs Rapport here.
job-name-files-forget = Removing files nobody needs
