// Asynchronous exports of every kind: values, errors, streams and futures.
const turns = async (n) => {
    while (n-- > 0) {
        await null;
    }
};

export const sensors = {
    async join(words) {
        const done = [];
        await Promise.all(words.map(async (word, i) => {
            await turns(words.length - i);
            done.push(word);
        }));
        return done.join(' ');
    },
    async find(name) {
        await turns(2);
        if (name === '') {
            throw 'no name';
        }
        return name.length;
    },
    async best(names) {
        await turns(1);
        const readings = names.map((sensor) => ({ sensor, value: sensor.length / 4 }));
        return readings.sort((a, b) => b.value - a.value)[0] ?? null;
    },
    async count(n) {
        return (async function* () {
            for (let i = 1; i <= n; i++) {
                yield i;
            }
        })();
    },
    async bytes(n) {
        const { readable, writable } = wit.Stream(wit.Stream.U8);
        const all = Uint8Array.from({ length: n }, (_, i) => i);
        (async () => {
            await writable.writeAll(all);
            writable.drop();
        })();
        return readable;
    },
    async promise(text) {
        const { readable, writable } = wit.Future(wit.Future.STRING);
        turns(3).then(() => writable.write(text.toUpperCase()));
        return readable;
    },
    async sum(input) {
        let total = 0;
        for await (const n of input) {
            total += n;
        }
        return total;
    },
};
