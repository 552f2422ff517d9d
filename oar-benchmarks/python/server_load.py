"""Requests for `oar serve` and figures of how it serves them, with nothing but Python's standard library. It starts a server of its own, on
the loopback address, and ends it.

    python3 oar-benchmarks/python/server_load.py throughput [--model M] [--count 64] [--batch-size 8] [--rounds 5]

draws as many images by turns by `oar generate`, by a server that nobody watches and by one that is watched as the page watches it: the same seed,
order and batches. It prints the seconds of each, those of processor time, which other load on the machine disturbs less, how long the first cell
of one image takes, and, round by round and at the end as their median, the ratios that are to be known. What `oar generate` takes to start, to load
and to draw a first batch is measured with one batch and taken off; the server has drawn everything once before it is measured.

    python3 oar-benchmarks/python/server_load.py fairness [--clients 20] [--requests 200]

sends requests of many clients at once and prints how long they waited.

    python3 oar-benchmarks/python/server_load.py endurance --minutes 30 [--clients 4]

sends requests of all kinds one after the other from each client and prints every ten seconds what the server holds in memory, in MiB: resident
altogether, of that anonymous, on Java's heap as it is, and after a full collection, which is asked for once a minute by the JDK's jcmd, if there is one;
direct buffers, and threads. With OAR_JAVA_OPTS=-Dorg.bytedeco.javacpp.nopointergc=false, also how many native objects there are. At the end, what each was on
average in each fifth of the time, from the first on in which everything has been drawn once: what grows from fifth to fifth leaks, or is kept.

Every line is JSON.
"""
import argparse
import base64
import contextlib
import http.client
import json
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OAR = os.path.join(HOME, "oar")


# What is to be known of the seconds: each a median of the ratios of all rounds.
RATIOS = {
    "watched-over-generate": ("watched", "generate"),
    "unwatched-over-generate": ("unwatched", "generate"),
    "watched-over-unwatched": ("watched", "unwatched"),
    "processor-watched-over-generate": ("watched-processor", "generate-processor"),
    "processor-watched-over-unwatched": ("watched-processor", "unwatched-processor"),
}


def say(**line):
    print(json.dumps(line), flush=True)


class Server:
    """A server of one model, until it is closed."""

    def __init__(self, model, batch_size):
        command = [OAR, "serve", "--model", model, "--port", "0", "--batch-size", str(batch_size)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("serving at"):
            raise SystemExit(f"the server must say where it serves, but said {line!r}; run {' '.join(command)}")
        self.port = int(line.split(":")[2].split("/")[0])
        self.model = {}

    def __enter__(self):
        self.model = self.json("GET", "/v1/models")["models"][0]
        return self

    def __exit__(self, *unused):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def subject(self, number):
        if self.model["captions"]:
            return {"caption": "a face with a beard" if number % 2 else "a face with glasses"}
        classes = self.model["classes"]
        return {"class": classes[number % len(classes)]}

    def ask(self, method, path, body=None, client="load"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"OAR-Client": client, "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        return connection, connection.getresponse()

    def bytes(self, method, path, body=None, client="load"):
        connection, response = self.ask(method, path, body, client)
        with contextlib.closing(connection):
            content = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path} was answered with {response.status}: {content[:300]!r}")
        return content

    def json(self, method, path, body=None, client="load"):
        return json.loads(self.bytes(method, path, body, client))

    def collect(self):
        """Has Java collect all garbage, if the JDK's jcmd is there; whether it has."""
        java = os.environ.get("JAVA_HOME")
        jcmd = os.path.join(java, "bin", "jcmd") if java else shutil.which("jcmd")
        if not jcmd or not os.path.exists(jcmd):
            return False
        done = subprocess.run([jcmd, str(self.process.pid), "GC.run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return done.returncode == 0

    def held(self):
        """What it holds in memory."""
        with open(f"/proc/{self.process.pid}/status") as lines:
            status = dict(line.split(":", 1) for line in lines)
        figures = {}
        for line in self.bytes("GET", "/metrics").decode().splitlines():
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                figures[name] = float(value)

        def used(name):
            return sum(value for key, value in figures.items() if key.startswith(name)) / 2**20

        return {
            "resident": int(status["VmRSS"].split()[0]) / 1024,
            "anonymous": int(status["RssAnon"].split()[0]) / 1024,
            "heap": used('jvm_memory_used_bytes{area="heap"'),
            "live_heap": used("oar_heap_live_bytes"),
            "beside_heap": used('jvm_memory_used_bytes{area="nonheap"'),
            "buffers": used("jvm_buffer_memory_used_bytes"),
            "threads": figures["jvm_threads_live_threads"],
            "native_objects": figures["oar_native_objects"],
        }

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def events(self, job):
        """The events of a job until it ends, as the page reads them."""
        connection, response = self.ask("GET", f"/v1/jobs/{job}/events")
        with contextlib.closing(connection):
            name = ""
            for line in response:
                if line.startswith(b"event: "):
                    name = line[7:].strip().decode()
                elif line.startswith(b"data: "):
                    yield name, json.loads(line[6:])

    def draw(self, request, watched, client="load"):
        """Draws; returns the job, how many partial images were seen and when the first cell was."""
        began = time.monotonic()
        job = self.json("POST", "/v1/jobs", request, client)["id"]
        if not watched:
            while True:
                status = self.json("GET", f"/v1/jobs/{job}", client=client)
                if status["state"] in ("done", "failed", "cancelled"):
                    return require_done(status["state"], job, status), 0, None
                time.sleep(0.02)
        previews, first, state = 0, None, ""
        for name, data in self.events(job):
            if name == "step" and first is None:
                first = time.monotonic() - began
            elif name == "preview":
                previews += 1
            elif name == "image":
                self.bytes("GET", data["image"]["url"], client=client)
            elif name in ("done", "failed", "cancelled"):
                state = name
        return require_done(state, job, state), previews, first


def require_done(state, job, told):
    if state != "done":
        raise RuntimeError(f"job {job} was to be drawn, but {told}")
    return job


def generate(options, count, subject):
    with tempfile.TemporaryDirectory() as out:
        command = [OAR, "generate", "--model", options.model, "--count", str(count), "--batch-size", str(options.batch_size)]
        command += ["--seed", "1", "--order", options.order, "--out", out]
        for key, value in subject.items():
            command += [f"--{key}", value]
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def throughput(options):
    with Server(options.model, options.batch_size) as server:
        subject = server.subject(0)
        whole = {"kind": "generate", **subject, "seed": 1, "count": options.count, "order": options.order}
        watched = {**whole, "candidate-confidences": True}
        one = {**watched, "count": 1, "batch-size": 1}
        server.draw(whole, False)
        server.draw(watched, True)
        kinds = {kind: [] for kind in (
            "generate", "unwatched", "watched", "generate-processor", "unwatched-processor", "watched-processor",
            "first-cell", *RATIOS)}
        for _ in range(options.rounds):
            if options.generate:
                start = generate(options, options.batch_size, subject)
                whole_command = generate(options, options.count + options.batch_size, subject)
                kinds["generate"].append(whole_command[0] - start[0])
                kinds["generate-processor"].append(whole_command[1] - start[1])
            for kind, request in (("unwatched", whole), ("watched", watched)):
                began, before = time.monotonic(), server.processor_seconds()
                _, previews, _ = server.draw(request, kind == "watched")
                kinds[kind].append(time.monotonic() - began)
                kinds[f"{kind}-processor"].append(server.processor_seconds() - before)
            kinds["first-cell"].append(server.draw(one, True)[2])
            for name, (some, others) in RATIOS.items():
                if kinds[others]:
                    kinds[name].append(kinds[some][-1] / kinds[others][-1])
            say(round={kind: round(all[-1], 3) for kind, all in kinds.items() if all}, previews=previews)
        medians = {kind: round(statistics.median(all), 3) for kind, all in kinds.items() if all}
        say(images=options.count, batch_size=options.batch_size, order=options.order, rounds=options.rounds, medians=medians)


def fairness(options):
    waits, failures = [], []
    with Server(options.model, options.batch_size) as server:
        server.draw({"kind": "generate", **server.subject(0), "count": options.batch_size}, False)

        def client(number):
            for request in range(options.requests // options.clients):
                body = {"kind": "generate", **server.subject(number + request), "count": 1, "order": options.order}
                began = time.monotonic()
                try:
                    server.draw(body, True, f"client {number}")
                    waits.append(time.monotonic() - began)
                except (RuntimeError, OSError) as failure:
                    failures.append(str(failure))

        threads = [threading.Thread(target=client, args=(number,)) for number in range(options.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    mean = statistics.mean(waits)
    say(clients=options.clients, requests=len(waits), errors=len(failures), mean_seconds=round(mean, 3),
        longest_seconds=round(max(waits), 3), longest_over_mean=round(max(waits) / mean, 3), first_errors=failures[:3])


def endurance(options):
    counts, failures = {"requests": 0, "pictures": 0}, []
    until = time.monotonic() + 60 * options.minutes
    with Server(options.model, options.batch_size) as server:
        picture = server.bytes("GET", f"/v1/jobs/{server.draw({'kind': 'generate', **server.subject(0)}, False)[0]}/images/0")
        given = base64.b64encode(picture).decode()
        side = server.model["image-size"]

        def request(chance, number):
            subject = server.subject(number)
            drawn = {"count": chance.randint(1, 4), "seed": chance.randrange(1000)}
            half = {"image": given, "rect": [f"0,0,{side // 2},{side // 2}"]}
            return chance.choice([
                {"kind": "generate", **subject, **drawn, "order": "dynamic", "candidate-confidences": True},
                {"kind": "generate", **subject, "count": 2},
                {"kind": "inpaint", **half, **drawn},
                {"kind": "edit", **half, **subject},
                {"kind": "outpaint", "image": given, "right": side // 2},
                {"kind": "vary", "image": given, **drawn},
            ])

        def client(number):
            chance = random.Random(options.seed * 1000 + number)
            while time.monotonic() < until:
                asked = request(chance, chance.randrange(1000))
                watched = chance.random() < 0.7
                try:
                    server.draw(asked, watched, f"client {number}")
                    counts["requests"] += 1
                    counts["pictures"] += asked.get("count", 1)
                except (RuntimeError, OSError) as failure:
                    failures.append(str(failure))

        threads = [threading.Thread(target=client, args=(number,)) for number in range(options.clients)]
        for thread in threads:
            thread.start()
        samples, began, collected = [], time.monotonic(), 0
        while time.monotonic() < until:
            time.sleep(min(10, max(0, until - time.monotonic())))
            minute = int((time.monotonic() - began) / 60)
            if minute > collected:
                collected = minute
                server.collect()
            samples.append(server.held())
            held = {name: round(value, 1) for name, value in samples[-1].items()}
            say(minutes=round((time.monotonic() - began) / 60, 2), **held, **counts)
        for thread in threads:
            thread.join()
    fifth = max(1, len(samples) // 5)
    say(minutes=options.minutes, clients=options.clients, seed=options.seed, errors=len(failures), first_errors=failures[:3],
        fifths={
            name: [round(statistics.mean(part), 1) for i in range(0, 5 * fifth, fifth)
                   if (part := [sample[name] for sample in samples[i:i + fifth]])]
            for name in samples[0]
        } if samples else {}, **counts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["throughput", "fairness", "endurance"])
    parser.add_argument("--model", default="avatars-32")
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--order", default="dynamic")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-generate", dest="generate", action="store_false", help="leave `oar generate` out")
    parser.add_argument("--clients", type=int)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.clients = options.clients or {"fairness": 20}.get(options.what, 4)
    {"throughput": throughput, "fairness": fairness, "endurance": endurance}[options.what](options)


if __name__ == "__main__":
    sys.exit(main())
