"""The parameters that a template may ask for; each template declares those that it uses."""

from __future__ import annotations

from collections.abc import Mapping

from archlab.domain.architecture.deployable import Json

_IMAGE = "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"
_AL2023 = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default"

PARAMETERS: Mapping[str, Mapping[str, Json]] = {
    "Run": {
        "Type": "String",
        "Default": "by-hand",
        "AllowedPattern": "[a-z0-9-]{1,40}",
        "Description": "Which run of archlab made this; a tag on everything",
    },
    "Expires": {
        "Type": "String",
        "Default": "never",
        "Description": "When it is to be torn down; a tag on everything",
    },
    "PermissionsBoundary": {
        "Type": "String",
        "Default": "",
        "Description": "ARN of a policy that bounds every role; empty: none",
    },
    "CertificateArn": {
        "Type": "String",
        "Default": "",
        "Description": "A certificate of your own; empty: none",
    },
    "DomainName": {
        "Type": "String",
        "Default": "",
        "Description": "A domain of yours, for a new certificate and its zone; empty: none",
    },
    "ZoneName": {
        "Type": "String",
        "Default": "archlab.example",
        "Description": "The domain of the hosted zones",
    },
    "OriginDomain": {
        "Type": "String",
        "Default": "origin.archlab.example",
        "Description": "The name of the machine behind the edge, which AWS does not give it",
    },
    "AlertEmail": {
        "Type": "String",
        "Default": "alerts@archlab.example",
        "Description": "Who receives the alarms; the address must confirm",
    },
    "Commit": {
        "Type": "String",
        "Default": "1.27.3",
        "Description": "The tag of the image: one commit, one image",
    },
    "ImageArm": {
        "Type": _IMAGE,
        "Default": f"{_AL2023}-arm64",
        "Description": "The newest Amazon Linux 2023 for Graviton",
    },
    "ImageX86": {
        "Type": _IMAGE,
        "Default": f"{_AL2023}-x86_64",
        "Description": "The newest Amazon Linux 2023 for x86",
    },
}

CONDITIONS: Mapping[str, Mapping[str, Json]] = {
    "HasBoundary": {"Fn::Not": [{"Fn::Equals": [{"Ref": "PermissionsBoundary"}, ""]}]},
    "MakesCertificate": {
        "Fn::And": [
            {"Fn::Equals": [{"Ref": "CertificateArn"}, ""]},
            {"Fn::Not": [{"Fn::Equals": [{"Ref": "DomainName"}, ""]}]},
        ]
    },
    "HasCertificate": {
        "Fn::Or": [
            {"Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]},
            {"Fn::Not": [{"Fn::Equals": [{"Ref": "DomainName"}, ""]}]},
        ]
    },
}
