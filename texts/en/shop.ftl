### What customers read in English. Titles of buttons and rows hold 20 and 24 characters; longer ones are cut.

## Words that lead everywhere

menu-open = Choose
more = More ▸
menu-button = Menu
cart-button = 🛒 Cart
human-button = 💬 Talk to us
continue-button = Keep shopping
language-row = 🌐 Türkçe

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

## Collections and products

collection = *{ $title }*
    Choose a product.
collection-empty = *{ $title }*: nothing here is for sale right now.
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
number-footer = How many? You can send a number.
product-gone = That is no longer for sale.

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
aside-unknown = • { $sku }: we have no such product
aside-sold_out = • { $title }: sold out (you asked for { $quantity })
aside-short = • { $title }: { $quantity } fewer, there are no more
aside-withdrawn = • { $title }: no longer for sale
aside-bad_quantity = • { $title }: that quantity is not possible, you can have 1 to 99
cart-empty = Your cart is empty. What may we show you?
cart-nothing-left = Unfortunately nothing of the cart that you sent can be bought right now.
cart-added = ✅ Added to your cart: { $title }
cart-set = ✅ In your cart: { $quantity } × { $title }
cart-replaced = Your new cart took the place of the one before.
cart-cleared = Your cart is empty again.
cart-removed = Removed: { $title }
cart-most = { $title }: you can have { $count } at most right now.
cart-sold-out = Unfortunately sold out: { $title }
cart-prices-moved = Prices have changed: the total was { $before } and is { $after } now.
cart-stock-moved = The stock has changed, and we updated your cart.
cart-stale = You tapped an older message. This is how things are now:
checkout-button = Checkout
change-button = Change
cart-lines-title = In the cart
change-cart = Which one would you like to change?
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
ask-address = Where may we deliver? Please write the whole address (street, number, district, city) or send your location.
ask-address-short = That is too short for an address. Please write street, number, district and city.
ask-address-long = That is too long for an address. Please use 500 characters at most.
pick-address = Where may we deliver? Choose, write a new address or send your location.
new-address-row = ➕ Another address
address-row = Address { $number }
pin = Location pin
ask-payment = How would you like to pay?
pay-cash-button = 💵 Pay on delivery
pay-cash-pickup-button = 💵 Pay at the shop
pay-transfer-button = 🏦 Bank transfer
summary = 🧾 *Your order*
summary-delivery = 🚚 Delivery to: { $address }
summary-pickup = 🏬 Pick up at: { $address }
summary-pickup-plain = 🏬 Pick up at the shop
summary-cash = 💵 Payment on delivery
summary-cash-pickup = 💵 Payment at the shop
summary-transfer = 🏦 Payment by bank transfer
summary-ask = Is everything right?
confirm-button = ✅ Confirm order
change-order = What would you like to change?
change-goods-row = 🛒 Goods
change-delivery-row = 🚚 Delivery
change-address-row = 📍 Address
change-payment-row = 💵 Payment
back-to-order-row = ◂ Back to the order
not-for-sale-now = We take no orders at the moment. You can write to one of our people.

## Placed

placed = ✅ *Thank you! Your order { $number } is placed.*
placed-transfer = Please transfer *{ $total }* within { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} and write { $number } as the reference:
placed-next-delivery = We tell you here when it is on its way.
placed-next-pickup = We tell you here when it is ready.
placed-next-transfer = We tell you here when your payment has arrived.
already-placed = This cart is already order { $number }. This is how it stands:

## Orders

orders = 📦 *Your orders*
orders-none = You have no orders yet.
order = 📦 *Order { $number }*
    { $status }
order-row = { $status } · { $total }
order-button = Order status
orders-button = 📦 My orders
order-unknown = We do not find this order.
status-awaiting_payment = ⏳ Waiting for your transfer
status-placed = 🕐 Placed, the shop will confirm it
status-accepted = 👍 Confirmed, being prepared
status-ready = 🏬 Ready for pickup
status-shipped = 🚚 On its way
status-delivered = ✅ Delivered
status-cancelled = ❌ Cancelled
payment-paid = 💵 Paid
payment-to_refund = 💵 We will pay your money back

## News of an order

told-payment_received = 💵 We received your payment for order { $number }. Thank you!
told-payment_too_late = 💵 Your payment for order { $number } arrived after the order was cancelled. We will pay it back.
told-payment_expired = ⌛ We cancelled order { $number } because no payment arrived in time. If you still want it, just order again.
told-accepted_by_shop = 👍 Your order { $number } is confirmed and being prepared.
told-ready_for_pickup = 🏬 Your order { $number } is ready. You can come and get it.
told-handed_to_carrier = 🚚 Your order { $number } is on its way to you.
told-arrived = ✅ Your order { $number } was delivered. Thank you for choosing us!
told-picked_up = ✅ You have picked up your order { $number }. Thank you for choosing us!
told-cancelled_by_shop = ❌ Unfortunately we had to cancel your order { $number }.
told-cancelled_by_customer = ❌ Your order { $number } is cancelled, as you wished.
told-refund = What you paid will be paid back.
told-why = Reason: { $why }

## People and words

human = 💬 One of our people will answer you here; just write what it is about. To go on shopping, tap the button.
human-back-button = Back to the shop
human-back = Welcome back! What would you like to see?
help = You can always write:
    • *menu*: what there is
    • *cart*: what you have chosen
    • *orders*: where your orders are
    • *back*: one step back
    • *human*: one of our people answers
    • *stop*: no more news
thanks = You are welcome! 😊 Should you need anything else, just write *menu*.
stopped = We will send you no more news; only about your orders we still write. Write *start* to have news again.
started = You get our news again.
ask-cancel = Nothing is open right now. What is it about?
stop-notices-button = 🔕 Stop the news
not-understood = I did not understand that.
please-tap = Please tap one of the buttons.
no-media = I cannot look at pictures, files or voice messages.
left-step = All right. Your cart is still here.
left-step-empty = All right. What else may we show you?
language-changed = We speak English now. What would you like to see?
