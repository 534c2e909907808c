### What customers read in English. Titles of buttons and rows hold 20 and 24 characters; longer ones are cut.

## Words that lead everywhere

menu-open = Choose
more = More ▸
menu-button = Menu
cart-button = 🛒 Cart
human-button = 💬 Talk to us
continue-button = Keep shopping
language-row = 🌐 { $language }
languages-row = 🌐 Language
languages = Which language shall we speak?

## Greeting and menu

greeting = Welcome to { $shop }! What would you like to see?
greeting-known = Good to see you again, { $name }! What would you like today?
menu = What would you like to look at?
menu-instead = Choose below, or write to one of our people.
menu-empty = We have nothing for sale right now. You can write to one of our people.
menu-goods-products = Products
menu-all-row = Everything
menu-goods = Collections
menu-rest = More
menu-catalog-row = 🛍 Browse the catalog
menu-catalog-hint = With pictures, and a cart of its own
menu-again-title = As last time
menu-again-hint = Your latest order, at today's prices
menu-cart-title = Your cart
menu-cart-row = 🛒 To the cart
menu-cart-hint = { $pieces ->
    [one] { $pieces } piece, { $total }
   *[other] { $pieces } pieces, { $total }
}
menu-orders-row = 📦 My orders
menu-orders-hint = Where they are
menu-human-row = 💬 Talk to us
menu-human-hint = One of our people answers here
menu-notices-row = 🔔 News on again
catalog = Look around, put things into the cart and send it here: we take care of the rest.
