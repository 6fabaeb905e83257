;; SPDX-License-Identifier: Apache-2.0
(module (memory (export "memory") 1) (func $r (export "f") (call $r)))
