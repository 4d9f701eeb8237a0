(component definition
  (type $i (instance))
  (import "a" (implements "n:p/i@1.0.0") (instance (type $i)))
  (import "b" (external-id "some id") (instance (type $i)))
  (import "n:p/i@1" (versionsuffix ".2.3") (external-id "") (instance (type $i)))
  (import "c" (implements "n:p/i") (external-id "x\"y") (instance (type $i)))
  (type (instance (type (instance)) (export "a" (implements "n:p/i") (instance (type 0)))))
  (instance (export "a" (implements "n:p/i") (instance 0)))
  (export "d" (implements "n:p/i@1.0.0") (external-id "z") (instance 0)))
