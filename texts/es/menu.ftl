### Lo que los clientes leen en español. Los títulos de botones y filas tienen 20 y 24 caracteres; los más largos se cortan.

## Palabras que llevan a todas partes

menu-open = Elegir
more = Más ▸
menu-button = Menú
cart-button = 🛒 Carrito
human-button = 💬 Escríbenos
continue-button = Seguir comprando
language-row = 🌐 { $language }
languages-row = 🌐 Idioma / Language
languages = ¿En qué idioma hablamos?

## Saludo y menú

greeting = ¡Hola! Te damos la bienvenida a { $shop }. ¿Qué te mostramos?
greeting-known = ¡Qué bueno verte de nuevo, { $name }! ¿Qué te apetece hoy?
menu = ¿Qué quieres ver?
menu-instead = Elige abajo o escribe a nuestro equipo.
menu-empty = Ahora mismo no tenemos nada a la venta. Si quieres, puedes escribir a nuestro equipo.
menu-goods-products = Productos
menu-all-row = Todo
menu-goods = Colecciones
menu-rest = Más
menu-catalog-row = 🛍 Ver el catálogo
menu-catalog-hint = Con fotos y su propio carrito
menu-again-title = Como la última vez
menu-again-hint = Tu último pedido, a los precios de hoy
menu-cart-title = Tu carrito
menu-cart-row = 🛒 Ir al carrito
menu-cart-hint = { $pieces ->
    [one] { $pieces } producto, { $total }
   *[other] { $pieces } productos, { $total }
}
menu-orders-row = 📦 Mis pedidos
menu-orders-hint = Cómo van
menu-human-row = 💬 Escríbenos
menu-human-hint = Alguien de nuestro equipo responde aquí
menu-notices-row = 🔔 Recibir novedades
catalog = Mira con calma, pon lo que te guste en el carrito y envíalo por aquí: del resto nos ocupamos nosotros.
