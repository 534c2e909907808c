## Search

find-welcome = Welcome to { $shop }!
find-welcome-known = Good to see you again, { $name }!
find-found = What we found for “{ $query }”:
find-near = We have no exact match for “{ $query }”. The nearest:
find-near-one = We have no exact match for “{ $query }”. The nearest one:
find-nothing = We found nothing for “{ $query }”.
