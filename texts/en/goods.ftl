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
