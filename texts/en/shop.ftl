### What customers read in English. Titles of buttons and rows hold 20 and 24 characters; longer ones are cut.

## Words that lead everywhere

menu-open = Choose
more = More ▸
menu-button = Menu
cart-button = 🛒 Cart
help-button = Help
human-button = Talk to a person
continue-button = Keep shopping
language-row = Türkçe

## Greeting and menu

greeting = Welcome to { $shop }! What would you like to see?
greeting-known = Good to see you again, { $name }! What would you like today?
menu = Here is everything { $shop } offers.
menu-empty = { $shop } has nothing on its shelves yet. A person can help you.
menu-goods-products = Products
menu-all-row = Everything
menu-goods = Collections
menu-rest = More
menu-catalog-row = 🛍 Browse the catalog
menu-catalog-hint = With pictures, and a cart of its own
menu-cart-row = 🛒 Cart
menu-cart-hint = { $pieces ->
    [one] { $pieces } piece, { $total }
   *[other] { $pieces } pieces, { $total }
}
menu-orders-row = 📦 My orders
menu-orders-hint = Where they are
menu-human-row = 💬 Talk to a person
menu-human-hint = We answer here in the chat
menu-notices-row = 🔔 News on again
catalog = Look around, put things into the cart and send it here: we take care of the rest.

## Collections and products

collection = *{ $title }*
    Choose a product.
collection-empty = *{ $title }* has nothing for sale right now.
collection-view-row = 🛍 With pictures
collection-view-hint = As product cards
collection-view = Tap a product to see it, put it into the cart and send the cart here.
from-price = from { $price }
row-price = { $price }
row-sale = { $price } instead of { $before }
row-sold-out = { $price } · sold out
variants = *{ $title }*
    { $description }

    Which one would you like?
product = *{ $title }*
    { $price }
    { $stock }

    { $description }
product-sale = { $price } instead of ~{ $before }~
stock-many = ✅ In stock
stock-few = { $count ->
    [one] ⚡ The last one
   *[other] ⚡ Only { $count } left
}
stock-none = ❌ Sold out
add-button = Add to cart
buy-button = Buy now
product-gone = That is no longer for sale. Here is what there is.

## Cart

cart = 🛒 *Your cart*
cart-line = { $quantity } × { $title } = { $total }
cart-more-lines = { $count ->
    [one] … and one more line
   *[other] … and { $count } more lines
}
cart-total = *Total: { $total }*
cart-note = Your note: { $note }
cart-aside = Not in the cart:
aside-unknown = • { $sku }: we do not know it
aside-sold_out = • { $title }: sold out (you asked for { $quantity })
aside-short = • { $title }: { $quantity } fewer, there are no more
aside-withdrawn = • { $title }: no longer for sale
aside-bad_quantity = • { $title }: { $quantity } is no quantity we can sell
cart-empty = Your cart is empty. What may we show you?
cart-nothing-left = Nothing of this cart can be bought right now.
cart-added = Added: { $quantity } × { $title }
cart-replaced = Your new cart took the place of the old one.
cart-cleared = Your cart is empty again.
cart-removed = Removed: { $title }
cart-most = You cannot have more than { $count } of { $title } right now.
cart-prices-moved = Prices have changed: the total was { $before } and is { $after } now.
cart-stock-moved = Meanwhile someone else was faster: we had to change your cart.
cart-stale = That was an older message. This is your cart now:
checkout-button = Checkout
change-button = Change
cart-lines-title = In the cart
change-cart = Which line would you like to change?
change-line = *{ $title }*
    { $quantity } × { $price } = { $total }

    Send a number for another quantity.
change-line-hint = { $quantity } × { $price }
plus-button = One more
minus-button = One less
remove-button = Remove
clear-row = 🗑 Empty the cart
back-row = ◂ Back to the cart
quantity-wrong = Please send a number between 1 and 99.

## Checkout

ask-delivery = How would you like to get it?
delivery-button = 🚚 Delivery
pickup-button = 🏬 Pick up
ask-address = Where may we deliver? Please write the whole address with street, number, district and city, or send your location.
ask-address-short = That looks too short for an address. Please write street, number, district and city.
ask-address-long = That is too long for an address: 500 characters at most.
pick-address = Where may we deliver?
pick-address-open = Addresses
new-address-row = ➕ Another address
address-row = Address { $number }
pin = Location pin
ask-payment = How would you like to pay?
pay-cash-button = 💵 On delivery
pay-cash-pickup-button = 💵 At the shop
pay-transfer-button = 🏦 Bank transfer
summary = 🧾 *Your order*
summary-delivery = 🚚 Delivery to: { $address }
summary-pickup = 🏬 Pick up at: { $address }
summary-pickup-plain = 🏬 You pick it up
summary-cash = 💵 You pay on delivery
summary-cash-pickup = 💵 You pay at the shop
summary-transfer = 🏦 You pay by bank transfer
summary-ask = Is everything right?
confirm-button = ✅ Confirm order
change-order-row = What would you like to change?
change-goods-row = 🛒 Goods
change-delivery-row = 🚚 Delivery
change-address-row = 📍 Address
change-payment-row = 💵 Payment
not-for-sale-now = The shop takes no orders at the moment. A person can help you.

## Placed

placed = ✅ *Thank you! Your order { $number } is placed.*
placed-transfer = Please transfer *{ $total }* within { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} and write { $number } as the reference:
placed-next-cash = We tell you here when it is on its way.
placed-next-pickup = We tell you here when you can fetch it.
already-placed = This cart is already order { $number }. It was placed once.
cart-gone = That cart is no longer there.

## Orders

orders = 📦 *Your orders*
orders-open = Orders
orders-none = You have no orders yet.
order = 📦 *Order { $number }*
    { $status }
order-row = { $status } · { $total }
order-button = Order status
orders-button = My orders
order-unknown = We do not find this order.
status-awaiting_payment = ⏳ Waits for your transfer
status-placed = 🕐 Placed, the shop will confirm it
status-accepted = 👍 Confirmed, being prepared
status-ready = 🏬 Ready for pickup
status-shipped = 🚚 On its way
status-delivered = ✅ Delivered
status-cancelled = ❌ Cancelled
payment-paid = 💵 Paid
payment-to_refund = 💵 We owe you the money back

## News of an order

told-payment_received = 💵 We received your payment for order { $number }. Thank you!
told-payment_too_late = 💵 Your payment for order { $number } arrived after the order was cancelled. We will pay it back.
told-payment_expired = ⌛ Order { $number } was cancelled because no payment arrived in time. If you still want it, just order again.
told-accepted_by_shop = 👍 The shop confirmed your order { $number } and is preparing it.
told-ready_for_pickup = 🏬 Your order { $number } is ready. You can fetch it now.
told-handed_to_carrier = 🚚 Your order { $number } is on its way to you.
told-arrived = ✅ Your order { $number } was delivered. Enjoy!
told-picked_up = ✅ You have fetched your order { $number }. Enjoy!
told-cancelled_by_shop = ❌ The shop had to cancel your order { $number }.
told-cancelled_by_customer = ❌ Your order { $number } is cancelled, as you wished.
told-refund = What you paid will be paid back.
told-why = Reason: { $why }

## People and words

human = 💬 A person will answer you here. Write whatever you like; the shop's menu waits until you call it.
human-back-button = Back to the shop
human-back = Welcome back! What would you like to see?
person-released = We hand you back to our assistant. What would you like to do?
help = You can always write:
    • *menu*: everything there is
    • *cart*: what you have chosen
    • *orders*: where your orders are
    • *back*: one step back
    • *human*: a person answers
    • *stop*: no more news
stopped = You will get no more news from us. About your orders we still write. Write *start* to have news again.
started = You get our news again.
ask-stop = What would you like to stop?
stop-notices-button = 🔕 News
not-understood = I did not understand that. Here is what I can show you.
no-media = I cannot look at pictures, files or voice messages. A person can, or you choose here.
nothing-to-cancel = There is nothing open.
left-step = All right. Your cart is still here.
language-changed = We speak English now.
