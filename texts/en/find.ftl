## Search

find-welcome = Welcome to { $shop }!
find-welcome-known = Good to see you again, { $name }!
find-found = What we found for “{ $query }”:
find-near = We have no exact match for “{ $query }”. The nearest:
find-near-one = We have no exact match for “{ $query }”. The nearest one:
find-nothing = We found nothing for “{ $query }”.
find-ad = From the ad you saw:

## Product cards

cards-ranges = *{ $title }*: { $count } products. Which ones would you like to see?
cards-range-row = { $from }–{ $to }
cards-refused = The picture view cannot be opened right now. You can look at the products in a list.
cards-list-button = Show the list
