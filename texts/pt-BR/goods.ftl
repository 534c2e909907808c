## Coleções e produtos

collection = *{ $title }*
    Escolha um produto.
collection-empty = *{ $title }*: no momento não há nada à venda aqui.
collection-view-row = 🛍 Com fotos
collection-view-hint = Como cartões de produto
collection-view = Toque em um produto para ver, coloque no carrinho e envie o carrinho por aqui.
from-price = a partir de { $price }
row-price = { $price }
row-sale = { $price } em vez de { $before }
row-sold-out = { $price } · esgotado
variants = *{ $title }*
    { $description }

    Qual você quer?
product = *{ $title }*
    { $price }
    { $stock }

    { $description }
product-sale = { $price } em vez de ~{ $before }~
stock-many = ✅ Em estoque
stock-few = { $count ->
    [one] ⚡ Última unidade
   *[other] ⚡ Só restam { $count }
}
stock-none = ❌ Esgotado
add-button = Pôr no carrinho
buy-button = Comprar agora
number-footer = Quantos você quer? É só escrever o número.
product-gone = Esse produto não está mais à venda.
