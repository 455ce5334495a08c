// swift-tools-version: 6.2
import PackageDescription

// The targets and who may know whom: docs/ARCHITECTURE.md, "Layers".
// scripts/check-graph compares this list with the table there.

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

func layer(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: house)
}

let package = Package(
    name: "second",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "second", targets: ["second"])
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Rules
        layer("Domain", [crypto]),

        // Shapes
        layer("RuntimeProtocols", ["Domain"]),
        layer("Wire", ["RuntimeProtocols", "Domain", nioCore]),

        // Ports
        layer("Documents", ["Domain"]),
        layer("Bus", ["Domain", nioCore]),

        // Adapters
        layer("SQLiteDocuments", ["Documents", "Domain", .product(name: "GRDB", package: "GRDB.swift")]),
        layer("LocalBus", ["Bus", "Domain", nioCore]),
        .systemLibrary(
            name: "CMongo",
            pkgConfig: "libmongoc-1.0",
            providers: [.apt(["libmongoc-dev"]), .brew(["mongo-c-driver@1"])]
        ),
        layer("MongoDocuments", ["CMongo", "Documents", "Domain", logging, nioPosix]),
        .systemLibrary(
            name: "CHiredis",
            pkgConfig: "hiredis",
            providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]
        ),
        layer("RedisBus", ["Bus", "CHiredis", "Domain", logging, nioCore, nioPosix, nioSSL]),
        layer("Identity", ["Domain", crypto]),
        layer("Folders", ["Domain"]),
        layer(
            "Runtimes",
            [
                "RuntimeProtocols", "Folders", "Domain", subprocess, system, logging, hummingbird, httpTypes, nioCore,
                nioHTTP1, asyncHTTPClient,
            ]
        ),
        layer("Builder", ["Domain", subprocess, system, logging, crypto]),

        layer("Exposition", [metrics]),

        // Use cases
        layer(
            "Application",
            ["Documents", "Bus", "Wire", "RuntimeProtocols", "Domain", logging, nioCore, crypto, serviceLifecycle]
        ),

        // Delivery
        layer("WebGate", ["Application", "Domain", hummingbird, hummingbirdCore, httpTypes, logging, nioCore]),
        layer("WebAPI", ["WebGate", "Application", "Wire", "Domain", hummingbird, httpTypes, logging, nioCore]),
        layer(
            "WebUI",
            [
                "WebGate", "Application", "Wire", "Domain", hummingbird, httpTypes, logging, nioCore,
                .product(name: "Mustache", package: "swift-mustache"),
            ]
        ),
        layer(
            "WorkerAPI",
            [
                "Application", "RuntimeProtocols", "Wire", "Folders", "Domain", hummingbird, httpTypes, logging,
                nioCore,
                crypto,
            ]
        ),

        layer(
            "RemoteWorker",
            [
                "Application", "Bus", "Domain", "RuntimeProtocols", asyncHTTPClient, httpTypes, logging, nioCore,
                nioHTTP1,
            ]
        ),

        // Wiring
        layer(
            "Assembly",
            [
                "Application", "Builder", "Bus", "Documents", "Domain", "Exposition", "Identity", "LocalBus",
                "MongoDocuments", "RedisBus", "RemoteWorker", "RuntimeProtocols", "Runtimes", "SQLiteDocuments",
                "ScriptedModel", "WebAPI", "WebGate", "WebUI", "Wire", "WorkerAPI",
                asyncHTTPClient, hummingbird, logging, metrics, serviceLifecycle, unixSignals, nioCore, nioPosix,
                crypto,
                .product(name: "Configuration", package: "swift-configuration"),
            ]
        ),
        .executableTarget(
            name: "second",
            dependencies: ["Assembly", logging, .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: house
        ),

        // Test support; ScriptedModel also plays the demo model.
        layer("ScriptedModel", ["Domain", hummingbird, httpTypes, logging, nioCore]),
        layer("TestSupport", ["Application", "Bus", "Documents", "Domain", "Wire", logging, nioCore]),
        // Store and bus of the shape that a test run is asked for.
        layer(
            "TestShapes",
            [
                "Bus", "Documents", "Domain", "LocalBus", "MongoDocuments", "RedisBus", "SQLiteDocuments",
                "TestSupport",
                logging,
            ]
        ),
        // Real counterparts for tests: starts, kills and restarts database, bus and other servers on loopback.
        layer("TestServers", [subprocess, system, nioCore, nioPosix]),
        // What no route does, measured on both engines; scripts/bench builds and starts it.
        .executableTarget(
            name: "DocumentBench",
            dependencies: ["Documents", "Domain", "MongoDocuments", "SQLiteDocuments", logging],
            swiftSettings: house
        ),
        layer("BrowserDriver", [asyncHTTPClient, nioCore, nioHTTP1, subprocess, system]),

        tests("DomainTests", ["Domain"]),
        tests("WireTests", ["Wire", "RuntimeProtocols", "Domain", "TestSupport", nioCore]),
        tests("RuntimeProtocolsTests", ["RuntimeProtocols", "Domain"]),
        tests("SQLiteDocumentsTests", ["SQLiteDocuments", "Documents", "Domain", "TestSupport"]),
        tests("LocalBusTests", ["LocalBus", "Bus", "Domain", "TestSupport"]),
        tests("MongoDocumentsTests", ["MongoDocuments", "Documents", "Domain", "TestServers", "TestSupport", logging]),
        tests(
            "RedisBusTests",
            ["RedisBus", "Bus", "Domain", "TestServers", "TestSupport", logging, nioCore, nioPosix]
        ),
        tests("ExpositionTests", ["Exposition", metrics]),
        tests(
            "RemoteWorkerTests",
            [
                "RemoteWorker", "WorkerAPI", "Application", "Builder", "Bus", "LocalBus", "RuntimeProtocols", "Domain",
                "TestSupport", asyncHTTPClient, hummingbird, httpTypes, logging, nioCore,
            ]
        ),
        tests("IdentityTests", ["Identity", "Domain", "TestSupport", crypto]),
        tests(
            "RuntimesTests",
            [
                "Runtimes", "RuntimeProtocols", "ScriptedModel", "Folders", "Domain", "TestSupport", asyncHTTPClient,
                hummingbird, httpTypes, logging, nioCore, nioHTTP1,
            ]
        ),
        tests("BuilderTests", ["Builder", "BrowserDriver", "Domain", "TestSupport", hummingbird]),
        tests(
            "ApplicationTests",
            [
                "Application", "RuntimeProtocols", "SQLiteDocuments", "LocalBus", "Documents", "Bus", "Wire", "Domain",
                "TestShapes", "TestSupport",
            ]
        ),
        tests(
            "WebAPITests",
            [
                "WebAPI", "WebGate", "WebUI", "Identity", "Documents", "Bus",
                "Application", "Domain", "RuntimeProtocols", "Wire", "TestShapes", "TestSupport", hummingbird,
                hummingbirdTesting,
                httpTypes, nioCore, logging,
            ]
        ),
        tests(
            "WorkerAPITests",
            [
                "WorkerAPI", "Application", "Builder", "Folders", "RuntimeProtocols", "Wire", "Domain", "TestSupport",
                hummingbird,
                hummingbirdTesting, httpTypes, logging, nioCore,
            ]
        ),
        tests("ScriptedModelTests", ["ScriptedModel", "Domain", asyncHTTPClient, logging, nioCore, nioHTTP1]),
        tests(
            "AssemblyTests",
            [
                "Assembly", "Application", "Builder", "Domain", "RuntimeProtocols", "Runtimes", "ScriptedModel",
                "TestSupport", "WorkerAPI", hummingbird, logging,
            ]
        ),
        tests(
            "JourneyTests",
            [
                "Application", "BrowserDriver", "Documents", "Domain", "RemoteWorker", "RuntimeProtocols",
                "SQLiteDocuments", "ScriptedModel", "TestServers", "TestSupport", asyncHTTPClient, nioCore, nioHTTP1,
                nioPosix, logging, subprocess, system,
            ]
        ),
    ]
)
