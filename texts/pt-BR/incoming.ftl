## Carrinhos de outro lugar

cart-foreign = Este carrinho não é do nosso catálogo.
cart-other-currency = Os preços do seu carrinho estavam em { $other }. Vendemos em { $ours } e valem estes preços:
both-old = 🛒 *Seu carrinho*
both-new = 🆕 *O novo*
both-ask = Já tem algo no seu carrinho. O que fazemos?
both-replace-button = Ficar com o novo
both-add-button = Juntar os dois
both-keep-button = Manter o antigo
both-added = Juntamos os dois.
both-kept = Certo, seu carrinho fica como estava.
again = 🔁 O mesmo do pedido { $number }

## No lugar

instead = 💡 Toque em *{ $open }* para ver algo parecido e tudo mais.
instead-title = Produtos parecidos
instead-rest-title = Opções
