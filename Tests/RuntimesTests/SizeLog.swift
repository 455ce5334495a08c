/// Sizes of pieces.
actor SizeLog {
    private(set) var total = 0
    private(set) var largest = 0

    func add(_ size: Int) {
        self.total += size
        self.largest = max(self.largest, size)
    }
}
