## Carrinho

cart = 🛒 *Seu carrinho*
cart-line = { $quantity } × { $title } = { $total }
cart-more-lines = { $count ->
    [one] … e mais um item
   *[other] … e mais { $count } itens
}
cart-total = *Total: { $total }*
cart-note = Sua observação: { $note }
cart-aside = Fora do carrinho:
aside-unknown = • { $sku }: não temos esse produto
aside-sold_out = • { $title }: esgotado (você pediu { $quantity })
aside-short = • { $title }: { $quantity } a menos, não temos mais
aside-withdrawn = • { $title }: não está mais à venda
aside-bad_quantity = • { $title }: essa quantidade não dá, você pode pedir de 1 a 99
aside-foreign = • { $sku }: não é do nosso catálogo
cart-empty = Seu carrinho está vazio. O que podemos mostrar?
cart-nothing-left = Infelizmente, nada deste carrinho está disponível agora.
cart-added = ✅ Adicionado ao carrinho: { $title }
cart-set = ✅ No seu carrinho: { $quantity } × { $title }
cart-replaced = Seu novo carrinho substituiu o anterior.
cart-cleared = Seu carrinho está vazio de novo.
cart-removed = Retirado: { $title }
cart-most = { $title }: no momento você pode pedir no máximo { $count }.
cart-sold-out = Infelizmente esgotado: { $title }
cart-prices-moved = Os preços mudaram: o total era { $before } e agora é { $after }.
cart-stock-moved = O estoque mudou e atualizamos seu carrinho.
cart-stale = Você tocou em uma mensagem antiga. Agora está assim:
checkout-button = Fechar pedido
change-button = Alterar
cart-lines-title = No carrinho
change-cart = O que você quer alterar?
change-line = *{ $title }*
    { $quantity } × { $price } = { $total }

    Para outra quantidade, é só escrever o número.
change-line-hint = { $quantity } × { $price }
plus-button = Mais um
minus-button = Menos um
remove-button = Retirar
clear-row = 🗑 Esvaziar carrinho
back-row = ◂ Voltar ao carrinho
restore-button = ↩ Recuperar
restore-row = ↩ Carrinho anterior
cart-restored = Seu carrinho está de volta.
cart-lapsed = Seu carrinho anterior foi fechado porque ficou muito tempo esperando; escreva *recuperar* e ele volta.
add-note-row = 📝 Pôr observação
cart-note-row = 📝 Mudar observação
remove-note-button = Tirar observação
ask-cart-note = Escreva uma observação para o seu carrinho: embrulho para presente, código da porta, o que for preciso.
ask-other-note = Sua observação: { $note }

    Escreva outra ou tire esta.
note-kept = 📝 Anotamos.
note-removed = Tiramos a sua observação.
note-cut = Sua observação era longa; guardamos os primeiros { $count } caracteres.
quantity-wrong = Escreva um número de 1 a 99, por favor.
