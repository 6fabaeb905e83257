// SPDX-License-Identifier: Apache-2.0
//
// Writes tests/unit/data/abi-vectors.json: random types and values as ethers
// encodes them, for tests/unit/test-abi.c. The vectors are kept in the tree, so
// that the tests need no npm; run this to make others:
//
//	npm ci && node make-abi-vectors.mjs >../unit/data/abi-vectors.json
import { AbiCoder, hexlify, id } from "ethers";

const VECTORS = 120;

// mulberry32: small, and the same everywhere.
let seed = 20240613;
function random(n) {
	seed = (seed + 0x6d2b79f5) | 0;
	let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) % n;
}

const bytes = (n) => hexlify(Uint8Array.from({ length: n }, () => random(256)));

function integer(bits, signed) {
	let value = BigInt(bytes(bits / 8));
	if (random(4) === 0) value = 0n;
	if (signed) value = BigInt.asIntN(bits, value);
	return bits <= 53 ? Number(value) : value.toString();
}

const bits = () => 8 * (1 + random(32));
const words = ["", "a", "grün", "区块链服务网络", "x".repeat(31), "y".repeat(33)];

// [type, a function that makes a value]
function elementary() {
	const n = bits();
	const size = 1 + random(32);
	return [
		["uint" + n, () => integer(n, false)],
		["int" + n, () => integer(n, true)],
		["bytes" + size, () => bytes(size)],
		["address", () => bytes(20)],
		["bool", () => random(2) === 1],
		["bytes", () => bytes(random(70))],
		["string", () => words[random(words.length)]],
	][random(7)];
}

function type(depth) {
	const kind = depth === 0 ? 0 : random(5);
	if (kind < 2) return elementary();
	if (kind === 4) return tuple(depth - 1);
	const [element, make] = type(depth - 1);
	const fixed = 1 + random(3);
	return kind === 2
		? [`${element}[]`, () => Array.from({ length: random(4) }, make)]
		: [`${element}[${fixed}]`, () => Array.from({ length: fixed }, make)];
}

function tuple(depth) {
	const members = Array.from({ length: 1 + random(4) }, () => type(depth));
	return [
		`(${members.map(([name]) => name).join(",")})`,
		() => members.map(([, make]) => make()),
	];
}

// ethers wants the word before a tuple's parenthesis.
const spelled = (name) => name.replaceAll("(", "tuple(");

const coder = AbiCoder.defaultAbiCoder();
const vectors = Array.from({ length: VECTORS }, (_, i) => {
	const [parameter, make] = tuple(i % 4);
	const signature = `f${i}(${parameter})`;
	const values = [make()];
	return {
		signature,
		selector: id(signature).slice(0, 10),
		values,
		data: coder.encode([spelled(parameter)], values),
	};
});
console.log(`[\n${vectors.map((row) => JSON.stringify(row)).join(",\n")}\n]`);
