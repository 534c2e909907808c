## Colecciones y productos

collection = *{ $title }*
    Elige un producto.
collection-empty = *{ $title }*: ahora mismo no hay nada a la venta aquí.
collection-view-row = 🛍 Con fotos
collection-view-hint = Como fichas de producto
collection-view = Toca un producto para verlo, ponlo en el carrito y envía el carrito por aquí.
from-price = desde { $price }
row-price = { $price }
row-sale = { $price } en vez de { $before }
row-sold-out = { $price } · agotado
variants = *{ $title }*
    { $description }

    ¿Cuál quieres?
product = *{ $title }*
    { $price }
    { $stock }

    { $description }
product-sale = { $price } en vez de ~{ $before }~
stock-many = ✅ Disponible
stock-few = { $count ->
    [one] ⚡ Último disponible
   *[other] ⚡ Solo quedan { $count }
}
stock-none = ❌ Agotado
add-button = Añadir al carrito
buy-button = Comprar ahora
number-footer = ¿Cuántos quieres? Puedes escribir un número.
product-gone = Eso ya no está a la venta.
