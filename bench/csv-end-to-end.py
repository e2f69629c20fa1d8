#!/usr/bin/env python3
"""MQTT -> CSV, end to end: starts the packaged jar in a folder of its own, loads it, and reports rows and CPU.

    bench/csv-end-to-end.py --load 'mqttload -p {port} --pubs 4 --subs 0 --qos {qos} --size 150 --json
        --topics sensors/dev%i/data --seconds {seconds}' --qos 0 --seconds 20

--load is any program that publishes JSON objects to sensors/<device>/data; {port}, {qos} and {seconds} are filled in. It
must print a JSON line that has the number of messages it published under "sent" or the key given by --sent-key.
The CPU of the jar is told apart by thread: broker, route (MQTT client and Camel), sink (the writer's thread).
"""
import argparse, collections, json, os, pathlib, re, shlex, subprocess, sys, tempfile, time, urllib.request

TICKS = os.sysconf("SC_CLK_TCK")


def threads(pid):
    """CPU seconds so far by thread name."""
    cpu = collections.Counter()
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            text = (task / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        name, rest = re.match(r"\d+ \((.*)\) (.*)", text, re.S).groups()
        fields = rest.split()
        cpu[(task.name, name)] = (int(fields[11]) + int(fields[12])) / TICKS
    return cpu


def part(name):
    if name.startswith("csv-log"):
        return "sink"
    if name.startswith(("GC ", "G1 ", "VM ", "C1 ", "C2 ", "Parallel")):
        return "jvm"
    if "hivemq" in name or name.startswith(("Camel", "mqtt", "com.hivemq", "RxComp")):
        return "route"
    return "broker"


def status(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=10) as answer:
        return json.load(answer)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jar", default="target/bridge.jar")
    parser.add_argument("--load", required=True)
    parser.add_argument("--sent-key", default="sent")
    parser.add_argument("--qos", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--java", default="-Xmx1g")
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("arguments", nargs="*", help="for the jar, after --")
    args = parser.parse_args()
    jar = pathlib.Path(args.jar).absolute()
    with tempfile.TemporaryDirectory() as folder:
        command = ["java", *shlex.split(args.java), "-jar", str(jar), "--mqtt.port=0", "--mqtt.ws.port=0", "--http.port=0"]
        process = subprocess.Popen(command + args.arguments, cwd=folder, stdout=subprocess.PIPE, text=True,
                                   stderr=open(pathlib.Path(folder) / "stderr.txt", "w"))
        try:
            # The JVM may say something first, for example that a recording began.
            ready = next(line for line in process.stdout if " ready in " in line)
            port = int(re.search(r" mqtt=\S*?:(\d+)", ready).group(1))
            http = int(re.search(r" http=\S*?:(\d+)", ready).group(1))
            run(args, port, http, process.pid, folder, args.warmup)
            print(json.dumps(run(args, port, http, process.pid, folder, args.seconds)))
        finally:
            process.terminate()
            process.wait(30)
        errors = (pathlib.Path(folder) / "stderr.txt").read_text().splitlines()
        for line in [line for line in errors if " WARN " in line or " ERROR " in line][:10]:
            print(line, file=sys.stderr)


def run(args, port, http, pid, folder, seconds):
    rows_before = status(http)["csv_rows"]
    before, begin = threads(pid), time.monotonic()
    load = args.load.format(port=port, qos=args.qos, seconds=seconds)
    output = subprocess.run(shlex.split(load), capture_output=True, text=True, check=True).stdout
    sent = next(found for found in (json.loads(line).get(args.sent_key) for line in output.splitlines()
                                    if line.startswith("{")) if found is not None)
    rows, end = -1, begin
    while True:  # until nothing more comes for 2 s
        now = status(http)["csv_rows"] - rows_before
        if now != rows:
            rows, end = now, time.monotonic()
        elif now >= sent or time.monotonic() - end > 2:
            break
        time.sleep(0.05)
    cpu = collections.Counter()
    for (task, name), used in threads(pid).items():
        cpu[part(name)] += used - before.get((task, name), 0)
    return {"qos": args.qos, "sent": sent, "rows": rows, "missing": sent - rows, "seconds": round(end - begin, 2),
            "rows_per_s": round(rows / (end - begin)),
            "cpu_us_per_row": {name: round(used / max(rows, 1) * 1e6, 1) for name, used in sorted(cpu.items())}}


main()
