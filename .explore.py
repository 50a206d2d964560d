import sys, time, logging
sys.path.insert(0,'tests')
import ccxt, adapter
from venues.anywhere import *
logging.disable(logging.CRITICAL)
ids = sys.argv[2:] or ccxt.exchanges
with any_host() as host:
    for id in ids:
        t=time.monotonic()
        a = host.address(sys.argv[1])
        try:
            ex = connect(id, a)
        except Exception as e:
            print(id, 'CONNECT', repr(e)); continue
        p = adapter.attach(ex)
        r = adapter.explain(ex, SPOT).plugin
        if r is None:
            print(f'{id:22} UNSERVED', adapter.explain(ex, SPOT).reason); continue
        symbol = SPOT
        try:
            got = ex.cancel_order('123456', symbol, {'deadline':float(__import__('os').environ.get('D','0.4')), **PARAMS.get(id,{})})
        except BaseException as e:
            got = e
        print(f'{id:22} {r:12} {time.monotonic()-t:.2f}s {a.received} {type(got).__name__}: {str(got)[:150]}')
