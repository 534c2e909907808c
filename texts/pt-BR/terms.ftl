## Condições de venda

terms-accept = 📄 Ao confirmar, você aceita nossas condições de venda.
terms-accept-link = 📄 Ao confirmar, você aceita nossas condições de venda: { $url }
terms-button = 📄 Ver condições
terms-head = 📄 *Condições de venda*
terms-whole = Texto completo: { $url }
terms-moved = Nossas condições de venda acabaram de mudar. Confirme seu pedido mais uma vez, por favor.
