import subprocess, sys, pytest
from concurrent.futures import ThreadPoolExecutor
from quinary.store.database import open_database
OPEN="""
import sys,time
from quinary.store.database import open_database
import alembic.command
t=float(sys.argv[2])
time.sleep(max(0,t-time.time()))
with open_database(sys.argv[1]) as db: print(db.counter())
"""
import time
def test_open(new_url):
    for _ in range(3):
        url=new_url(); t=time.time()+1.2
        ps=[subprocess.Popen([sys.executable,"-c",OPEN,url,str(t)],stdout=-1,stderr=-1,text=True) for _ in range(8)]
        out=[p.communicate() for p in ps]
        assert not any(p.returncode for p in ps), [e[-300:] for o,e in out if e]
def test_open_threads(new_url):
    url=new_url()
    def go(_):
        with open_database(url) as db: return db.counter()
    with ThreadPoolExecutor(8) as ex: print(list(ex.map(go,range(8))))
def test_open_threads_many(new_url):
    urls=[new_url() for _ in range(8)]
    def go(url):
        with open_database(url) as db: return db.counter()
    with ThreadPoolExecutor(8) as ex: print(list(ex.map(go,urls)))
