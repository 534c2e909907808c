## Condiciones de venta

terms-accept = 📄 Al confirmar aceptas nuestras condiciones de venta.
terms-accept-link = 📄 Al confirmar aceptas nuestras condiciones de venta: { $url }
terms-button = 📄 Ver condiciones
terms-head = 📄 *Condiciones de venta*
terms-whole = Completas: { $url }
terms-moved = Nuestras condiciones de venta acaban de cambiar. Confirma tu pedido otra vez, por favor.
