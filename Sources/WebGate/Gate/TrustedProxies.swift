import Domain
import Foundation

/// The reverse proxies whose forwarded headers are believed: addresses and networks of `SECOND_TRUSTED_PROXIES`.
///
/// Everybody can send those headers; only what a trusted proxy wrote into them says who somebody is, and over what.
package struct TrustedProxies: Sendable, Equatable, CustomStringConvertible {
    package static let none = TrustedProxies(networks: [])

    private let networks: [Network]

    private init(networks: [Network]) {
        self.networks = networks
    }

    package var description: String {
        let list = self.networks.map { "\($0.address.text)/\($0.bits)" }
        return list.isEmpty ? "none" : list.joined(separator: ", ")
    }

    /// Addresses and networks, as in `10.0.0.0/8, 192.0.2.7, fd00::/8`.
    ///
    /// `nil` when one of them is neither.
    package init?(_ list: String) {
        var networks: [Network] = []
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let network = Network(item.trimmingCharacters(in: .whitespaces)) else { return nil }
            networks.append(network)
        }
        self.networks = networks
    }

    /// The address of whoever began a request, and how many trusted proxies passed it on: the last of them was talked to.
    ///
    /// `forwarded` holds the values of `X-Forwarded-For` in their order. From the end backwards each trusted proxy names
    /// whom it heard; the first that is not trusted is the one. What stands before it was written by that one itself, and
    /// what is no address ends the search at the proxy that passed it on.
    package func origin(of peer: String, forwarded: @autoclosure () -> [String]) -> (address: String, hops: Int) {
        guard !self.networks.isEmpty, let address = NetworkAddress(peer) else { return (peer, 0) }
        guard self.trusts(address) else { return (address.text, 0) }
        var current = address
        var hops = 1
        for entry in forwarded().joined(separator: ",").split(separator: ",").suffix(64).reversed() {
            guard let next = NetworkAddress(forwarded: entry.trimmingWhitespace()) else { break }
            current = next
            guard self.trusts(next) else { break }
            hops += 1
        }
        return (current.text, hops)
    }

    private func trusts(_ address: NetworkAddress) -> Bool {
        self.networks.contains { $0.contains(address) }
    }
}

/// An address and how many of its bits count.
private struct Network: Sendable, Equatable {
    let address: NetworkAddress
    let bits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = NetworkAddress(String(parts[0])) else { return nil }
        self.address = address
        let longest = address.bytes.count * 8
        guard parts.count == 2 else {
            self.bits = longest
            return
        }
        guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let bits = Int(parts[1]), bits <= longest else {
            return nil
        }
        self.bits = bits
    }

    func contains(_ other: NetworkAddress) -> Bool {
        guard other.bytes.count == self.address.bytes.count else { return false }
        let (whole, rest) = self.bits.quotientAndRemainder(dividingBy: 8)
        guard other.bytes.prefix(whole) == self.address.bytes.prefix(whole) else { return false }
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - rest))
        return other.bytes[whole] & mask == self.address.bytes[whole] & mask
    }
}

/// An IPv4 or IPv6 address; an IPv4 address inside an IPv6 one is that IPv4 address.
private struct NetworkAddress: Sendable, Equatable {
    /// 4 or 16, in the order of the network.
    let bytes: [UInt8]

    init?(_ text: some StringProtocol) {
        // The interface of a link-local address.
        let text = String(text.prefix { $0 != "%" })
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 {
            self.bytes = four
            return
        }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        self.bytes = Array(sixteen.prefix(12)) == mapped ? Array(sixteen.suffix(4)) : sixteen
    }

    /// As proxies write it: some add the port, and then IPv6 stands in brackets.
    init?(forwarded text: some StringProtocol) {
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            self.init(text[text.index(after: text.startIndex)..<end])
        } else if text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") {
            self.init(text[..<colon])
        } else {
            self.init(text)
        }
    }

    /// One spelling for each address.
    var text: String {
        if self.bytes.count == 4 { return self.bytes.map(String.init).joined(separator: ".") }
        var buffer = [CChar](repeating: 0, count: 64)
        guard inet_ntop(AF_INET6, self.bytes, &buffer, socklen_t(buffer.count)) != nil else { return "unknown" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
