(component definition
  (@custom "component-name" "\00\05\04name"
    "\01\10\03\03" "\00\01a" "\01\01a" "\02\03\22(\c3")
  (type u8) (type u16) (type u32) (type u64)
  (@custom "component-name" "\01\05\03\01\00\01z"))
