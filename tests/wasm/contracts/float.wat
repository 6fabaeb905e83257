;; SPDX-License-Identifier: Apache-2.0
(module (memory (export "memory") 1) (func (export "f") (drop (f64.add (f64.const 1) (f64.const 2)))))
