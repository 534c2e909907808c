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
aside-foreign = • { $sku }: not from our catalog
cart-empty = Your cart is empty. What may we show you?
cart-nothing-left = Unfortunately nothing of this cart can be bought right now.
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
restore-button = ↩ Bring it back
restore-row = ↩ Your earlier cart
cart-restored = Your cart is back.
cart-lapsed = Your earlier cart was closed because it had waited for a long time; send *undo* and it comes back.
add-note-row = 📝 Add a note
cart-note-row = 📝 Change the note
remove-note-button = Remove the note
ask-cart-note = Write a note for your cart: gift wrapping, a door code, whatever we should know.
ask-other-note = Your note: { $note }

    Write another one, or remove it.
note-kept = 📝 We have your note.
note-removed = Your note is gone.
note-cut = Your note was long; we kept the first { $count } characters.
quantity-wrong = Please send a number between 1 and 99.
