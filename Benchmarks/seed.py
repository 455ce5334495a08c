"""seed.py FILE|URI WORKSPACE COUNT: multiplies the one app of a workspace straight in the store, below all routes.

The copies are named `Seeded 0` ... and each is a second newer than the one before and older than the app itself. Writes
the copies' ids in hexadecimal order: copy number i has the id i + 1.
"""
import datetime
import json
import sqlite3
import sys

place, workspace, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
start = datetime.datetime(2020, 1, 1)


def copies(app):
    for number in range(count):
        time = (start + datetime.timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        name = f"Seeded {number}"
        yield app | {
            "_id": f"{number + 1:024x}", "name": name, "nameNormalized": name.lower(), "createdAt": time, "updatedAt": time,
        }


if place.startswith("mongodb://"):
    import pymongo

    apps = pymongo.MongoClient(place).get_default_database().apps
    batch = []
    for app in copies(apps.find_one({"workspaceId": workspace})):
        batch.append(app)
        if len(batch) == 1000:
            apps.insert_many(batch, ordered=False)
            batch = []
    if batch:
        apps.insert_many(batch, ordered=False)
else:
    database = sqlite3.connect(place, timeout=30)
    (text,) = database.execute("SELECT body FROM apps WHERE json_extract(body, '$.workspaceId') = ?", (workspace,)).fetchone()
    with database:
        rows = ((app["_id"], json.dumps(app)) for app in copies(json.loads(text)))
        database.executemany("INSERT INTO apps (id, body) VALUES (?, ?)", rows)
    database.close()
