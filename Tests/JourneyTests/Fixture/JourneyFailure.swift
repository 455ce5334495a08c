/// Something that a journey waited for did not come.
struct JourneyFailure: Error, CustomStringConvertible {
    let description: String
}
