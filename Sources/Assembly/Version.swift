/// The product's version, told by `second version`, `/api/ready` and the changelog.
package enum Version {
    package static let current = "0.1.0"
}
