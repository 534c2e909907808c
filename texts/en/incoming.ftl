## Carts from elsewhere

cart-foreign = This cart is not from our catalog.
cart-other-currency = The prices in your cart were in { $other }. We sell in { $ours }, and these prices count:
both-old = 🛒 *Your cart*
both-new = 🆕 *The new one*
both-ask = There is something in your cart already. What shall we do?
both-replace-button = Take the new one
both-add-button = Put them together
both-keep-button = Keep the old one
both-added = We put them together.
both-kept = All right, your cart stays as it was.
again = 🔁 The same as order { $number }

## Offered instead

instead = 💡 Tap *{ $open }* for something similar and for everything else.
instead-title = Similar products
instead-rest-title = Choices
