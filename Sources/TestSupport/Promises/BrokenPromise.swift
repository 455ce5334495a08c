/// What a check throws when an engine does not keep its word.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String

    package init(_ promise: String, file: String = #fileID, line: Int = #line) {
        self.description = "\(file):\(line): \(promise)"
    }
}

/// Throws unless the condition holds.
package func expect(_ holds: Bool, _ promise: String, file: String = #fileID, line: Int = #line) throws {
    guard holds else { throw BrokenPromise(promise, file: file, line: line) }
}

/// Throws unless both values are equal; the message shows them.
package func expectEqual<Value: Equatable>(
    _ found: Value,
    _ wanted: Value,
    _ promise: String,
    file: String = #fileID,
    line: Int = #line
) throws {
    guard found == wanted else {
        let shown =
            "\(promise): found \(String(describing: found).prefix(400)), wanted \(String(describing: wanted).prefix(400))"
        throw BrokenPromise(shown, file: file, line: line)
    }
}

/// The value, or a broken promise where there is none.
package func expectSome<Value>(
    _ value: Value?,
    _ promise: String,
    file: String = #fileID,
    line: Int = #line
) throws -> Value {
    guard let value else { throw BrokenPromise(promise, file: file, line: line) }
    return value
}

/// Throws unless the body throws an error of this kind that satisfies `matching`.
package func expectRefusal<Refusal: Error>(
    _ kind: Refusal.Type,
    _ promise: String,
    file: String = #fileID,
    line: Int = #line,
    matching: (Refusal) -> Bool = { _ in true },
    _ body: () async throws -> Void
) async throws {
    do {
        try await body()
    } catch let refusal as Refusal {
        guard matching(refusal) else {
            throw BrokenPromise("\(promise): refused with \(refusal)", file: file, line: line)
        }
        return
    }
    throw BrokenPromise("\(promise): not refused", file: file, line: line)
}
