"""How many decimals the amounts of a currency have."""

# SAT's catalogue c_Moneda, column decimals: those that are not 2. XXX is "no currency".
_NOT_TWO = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF XXX",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF",
}
_DECIMALS = {code: count for count, codes in _NOT_TWO.items() for code in codes.split()}


def decimals(currency: str) -> int:
    """Return the decimals of a currency; one that is not known has 2, as most do.

    >>> decimals("MXN"), decimals("JPY")
    (2, 0)
    """
    return _DECIMALS.get(currency, 2)
